/**
 * Advisory locks, one number a subject; a second key, where there is one, tells instances apart.
 */
export const LOCKS = { migrate: 7101, write: 7102, nights: 7105, replay: 7106, routeNotices: 7107, target: 7108, alertLife: 7121, trees: 7142, audit: 7132, errandNights: 7146, errandTrials: 7147 } as const
