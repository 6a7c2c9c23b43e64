/** What this decision point can do (AuthZEN Authorization API 1.0, Policy Decision Point Metadata). */
export function decisionPointMetadata(publicUrl: string): object {
  const at = (path: string): string => `${publicUrl.replace(/\/$/, '')}/access/v1/${path}`
  return {
    policy_decision_point: publicUrl,
    access_evaluation_endpoint: at('evaluation'),
    access_evaluations_endpoint: at('evaluations'),
    search_subject_endpoint: at('search/subject'),
    search_resource_endpoint: at('search/resource'),
    search_action_endpoint: at('search/action'),
  }
}
