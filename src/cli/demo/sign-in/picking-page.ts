import { personOf, type Company, type Person } from '../model.ts'

/** A page on which one picks whom to sign in as; forms alone, no script. */
export function pickingPage(company: Company, action: string): string {
  const people = company.signsIn.map((login) => button(personOf(company, login), action)).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · ${escaped(company.name)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto; padding: 0 1rem }
button { font: inherit; width: 100%; text-align: left; margin: .25rem 0; padding: .5rem .75rem; cursor: pointer }
small { color: #595959; display: block }
</style>
</head>
<body>
<h1>${escaped(company.name)}</h1>
<p>This is the company’s own sign-in, of the demo: no password is asked. Who are you?</p>
${people}
</body>
</html>
`
}

function button({ login, displayName, title, status }: Person, action: string): string {
  const left = status === 'active' ? '' : ' · has left'
  return `<form method="post" action="${escaped(action)}"><button name="person" value="${login}">${escaped(displayName)}
<small>${escaped(title)}${left}</small></button></form>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '')
}
