import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { BadInputError } from '../../../core/errors.ts'
import { findLayout } from '../../../pipelines/ingest/layout.ts'
import { xlsxToCsv } from '../../../pipelines/ingest/xlsx.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'

/** Headers as the cities publish them, columns that no preset wants included. */
const HEADERS: [name: string, preset: string, header: string][] = [
  ['New York, old', 'nyc311', 'Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Location Type,Incident Zip,Incident Address,Street Name,Cross Street 1,Cross Street 2,Intersection Street 1,Intersection Street 2,Address Type,City,Landmark,Facility Type,Status,Due Date,Resolution Description,Resolution Action Updated Date,Community Board,BBL,Borough,X Coordinate (State Plane),Y Coordinate (State Plane),Open Data Channel Type,Park Facility Name,Park Borough,Vehicle Type,Taxi Company Borough,Taxi Pick Up Location,Bridge Highway Name,Bridge Highway Direction,Road Ramp,Bridge Highway Segment,Latitude,Longitude,Location'],
  ['New York, field names', 'nyc311', 'unique_key,created_date,closed_date,agency,agency_name,complaint_type,descriptor,location_type,incident_zip,incident_address,street_name,cross_street_1,cross_street_2,intersection_street_1,intersection_street_2,address_type,city,landmark,facility_type,status,due_date,resolution_description,resolution_action_updated_date,community_board,bbl,borough,x_coordinate_state_plane,y_coordinate_state_plane,open_data_channel_type,park_facility_name,park_borough,vehicle_type,taxi_company_borough,taxi_pick_up_location,bridge_highway_name,bridge_highway_direction,road_ramp,bridge_highway_segment,latitude,longitude,location'],
  ['New York, with schools and ferries', 'nyc311', 'Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Location Type,Incident Zip,Incident Address,Street Name,City,Status,Due Date,Community Board,Borough,Park Facility Name,Park Borough,School Name,School Number,School Region,School Code,School Phone Number,School Address,School City,School State,School Zip,School Not Found,Ferry Direction,Ferry Terminal Name,Latitude,Longitude,Location'],
  ['New York, new', 'nyc311', 'Unique Key,Created Date,Closed Date,Agency,Agency Name,Problem (formerly Complaint Type),Problem Detail (formerly Descriptor),Additional Details,Location Type,Incident Zip,Incident Address,Street Name,Cross Street 1,Cross Street 2,Intersection Street 1,Intersection Street 2,Address Type,City,Landmark,Facility Type,Status,Due Date,Resolution Description,Resolution Action Updated Date,Community Board,Council District,Police Precinct,BBL,Borough,X Coordinate (State Plane),Y Coordinate (State Plane),Open Data Channel Type,Park Facility Name,Park Borough,Vehicle Type,Taxi Company Borough,Taxi Pick Up Location,Bridge Highway Name,Bridge Highway Direction,Road Ramp,Bridge Highway Segment,Latitude,Longitude,Location'],
  ['Chicago', 'chicago311', 'SR_NUMBER,SR_TYPE,SR_SHORT_CODE,CREATED_DEPARTMENT,OWNER_DEPARTMENT,STATUS,ORIGIN,CREATED_DATE,LAST_MODIFIED_DATE,CLOSED_DATE,STREET_ADDRESS,CITY,STATE,ZIP_CODE,WARD,COMMUNITY_AREA,POLICE_DISTRICT,LATITUDE,LONGITUDE,DUPLICATE,LEGACY_RECORD,CREATED_HOUR,CREATED_DAY_OF_WEEK,CREATED_MONTH'],
  ['Boston, legacy', 'boston_legacy', 'case_enquiry_id,open_dt,target_dt,closed_dt,ontime,case_status,closure_reason,case_title,subject,reason,type,queue,department,submittedphoto,closedphoto,location,fire_district,pwd_district,city_council_district,police_district,neighborhood,neighborhood_services_district,ward,precinct,location_street_name,location_zipcode,latitude,longitude,source'],
  ['Boston, legacy, renamed', 'boston_legacy', 'case_enquiry_id,open_dt,sla_target_dt,closed_dt,on_time,case_status,closure_reason,case_title,subject,reason,type,queue,department,submitted_photo,closed_photo,location,fire_district,pwd_district,city_council_district,police_district,neighborhood,neighborhood_services_district,ward,precinct,location_street_name,location_zipcode,latitude,longitude,geom_4326,source'],
  ['Boston, new', 'boston_new', 'case_id,open_date,case_topic,service_name,assigned_department,assigned_team,case_status,closure_reason,closure_comments,close_date,target_close_date,on_time,report_source,full_address,street_number,street_name,zip_code,neighborhood,public_works_district,city_council_district,fire_district,police_district,ward,precinct,submitted_photo,closed_photo,longitude,latitude'],
  ['San Francisco', 'sf311', 'service_request_id,requested_datetime,closed_date,updated_datetime,status_description,status_notes,agency_responsible,service_name,service_subtype,service_details,address,street,supervisor_district,neighborhoods_sffind_boundaries,analysis_neighborhood,police_district,lat,long,source,data_as_of,data_loaded_at'],
  ['Open311', 'open311_v2', 'service_request_id,status,status_notes,service_name,service_code,description,agency_responsible,service_notice,requested_datetime,updated_datetime,expected_datetime,address,address_id,zipcode,lat,long,media_url'],
  ['群诉', 'group_appeal_csv', '工单编号,工单标题,工单内容,推送时间（工单创建时间）,承办单位,问题分类,问题点位,GID,是否群诉'],
  ['群诉, other words', 'group_appeal_csv', '工单ID,事件标题,事件内容,推送时间,承办单位,问题分类,事发地址,事件ID,是否群诉'],
  ['12345', 'generic_12345_zh', '序号,工单编号,受理时间,诉求类型,问题分类,标题,主要内容,事发地址,区县,街道,社区,承办单位,派单时间,办理时限,办结时间,工单状态,紧急程度,诉求人,联系电话,是否保密,满意度,受理渠道'],
  ['12345, wide table', 'generic_12345_zh', 'orderNum,callTime,callerName,callerPhone,callerType,questionName,questionCode,title,majorContent,address,streetCode,gridCode,organizationName,firstDispatchTime,deadlineDate,completeTime,orderState,pilotLight,oldOrderNum,backNum,delayNum,rehandleNum,visitIsSolved,firstVisitIsSatisfaction,finalVisitIsSatisfaction,sourceType,isSecret,nonsenseState'],
  ['Houston', 'houston311', 'CASE NUMBER,SR CREATE DATE,DUE DATE,DATE CLOSED,STATUS,DEPARTMENT,DIVISION,SR TYPE,QUEUE,SLA,DISTRICT,NEIGHBORHOOD,COUNTY,KEY MAP,LATITUDE,LONGITUDE,Channel Type'],
  ['Houston, as published', 'houston311', 'CASE NUMBER|SR LOCATION|COUNTY|DISTRICT|NEIGHBORHOOD|TAX ID|TRASH QUAD|RECYCLE QUAD|TRASH DAY|HEAVY TRASH DAY|RECYCLE DAY|KEY MAP|MANAGEMENT DISTRICT|DEPARTMENT|DIVISION|SR TYPE|QUEUE|SLA|STATUS|SR CREATE DATE|DUE DATE|DATE CLOSED|OVERDUE|TITLE|X|Y|LATITUDE|LONGITUDE|Channel Type'],
  ['Taidi, attachment 2', 'taidi_messages', '留言编号,留言用户,留言主题,留言时间,留言详情,一级标签'],
  ['Taidi, attachment 3', 'taidi_messages', '留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数'],
  ['Taidi, attachment 4', 'taidi_messages', '留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间'],
]

test.each(HEADERS)('%s is recognised as %s', (_, preset, header) => {
  expect(findLayout(Buffer.from(`${header}\n`), true, undefined, {}).preset.name).toBe(preset)
  // As Excel writes it: BOM gone, title row above, quoted.
  const delimiter = header.includes('|') ? '|' : ','
  const quoted = header.split(delimiter).map((name) => `"${name}"`).join(delimiter)
  expect(findLayout(Buffer.from(`Export of the night\r\n${quoted}\r\n`), true, undefined, {})).toMatchObject({ preset: { name: preset }, headerRecords: 2 })
})

test.each([['attachment 3', 'data/tickets/taidi_c2020_attachment3_messages.xlsx'], ['attachment 4', 'data/tickets/taidi_c2020_attachment4_messages_replies.xlsx']])('Taidi %s is recognised as it lies', async (_, path) => {
  if (lacksShared(path)) return
  const { value } = await xlsxToCsv(sharedPath(path), createHash('sha256')).next()
  expect(findLayout(value as Buffer, false, undefined, {}).preset.name).toBe('taidi_messages')
})

// A column 内容 was left out, and with it all text.
test.each(['内容', '详细内容', '诉求描述', '来电内容'])('what was said may stand under %s', (name) => {
  const { preset, mapping } = findLayout(Buffer.from(`工单编号,受理时间,问题分类,区县,街道,标题,${name},来电号码\n`), true, undefined, {})
  expect(preset.name).toBe('generic_12345_zh')
  expect(mapping.columns.get('content')).toEqual([6])
})

test.each(['编号,日期,内容', 'id,date,text,lat,lon', 'service_name,status,lat,long', 'Complaint Type,Descriptor,Borough'])('%s is recognised as nothing', (header) => {
  expect(() => findLayout(Buffer.from(`${header}\n`), true, undefined, {})).toThrow(BadInputError)
})
