/** What the tests use of oidc-provider, which comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'
  interface Grant { addOIDCScope(scope: string): void, save(): Promise<string> }
  export class Provider {
    constructor(issuer: string, options: {
      interactions: { url: (context: unknown, interaction: { uid: string }) => string }
      findAccount: (context: unknown, sub: string) => { accountId: string, claims: () => Record<string, unknown> }
      [more: string]: unknown
    })
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ prompt: { name: string }, params: Record<string, unknown>, session?: { accountId: string }, grantId?: string }>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: Record<string, unknown>, options: { mergeWithLastSubmission: boolean }): Promise<void>
    Grant: { new(of: { accountId: string, clientId: string }): Grant, find(id: string): Promise<Grant | undefined> }
  }
}
