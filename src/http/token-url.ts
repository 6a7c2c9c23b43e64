/** Where OAuth clients get their access tokens: what an IdP is told as the token URL. */
export const tokenUrlOf = (publicUrl: string): string => `${publicUrl}/oauth/token`
