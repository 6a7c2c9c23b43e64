/** What paths name, in the words of the verbs. */
export const connectionRef = ({ account, connection }: { account: string; connection: string }) => ({
  accountId: account,
  connectionId: connection,
})

export const clientRef = (params: { account: string; connection: string; client: string }) => ({
  ...connectionRef(params),
  clientId: params.client,
})

export const memberRef = ({ account, member }: { account: string; member: string }) => ({
  accountId: account,
  memberId: member,
})
