/** The style sheet of every page, served from our own origin. */
export const styles = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2430, #e8ecf2);
  --quiet: light-dark(#5a6675, #a3afbf);
  --paper: light-dark(#ffffff, #1a212b);
  --ground: light-dark(#f1f4f8, #11161d);
  --line: light-dark(#d5dce5, #344050);
  --accent: light-dark(#0b5cad, #7ab8ff);
  --on-accent: light-dark(#ffffff, #0b1520);
  --alarm: light-dark(#a61b1b, #ff9c9c);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
main {
  max-width: 30rem;
  margin: 0 auto;
  padding: 3rem 1.25rem;
}
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1.1rem; }
p { margin: 0 0 1rem; }
.card {
  padding: 1.5rem;
  border: 1px solid var(--line);
  border-radius: 0.6rem;
  background: var(--paper);
  overflow-wrap: anywhere;
}
.card + .card { margin-top: 1rem; }
ul.plain + form { margin-top: 1rem; }
.card > h2:first-child { margin-top: 0; }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.alarm { color: var(--alarm); }
label { display: block; margin-bottom: 0.35rem; font-weight: 600; }
input, select {
  width: 100%;
  margin-bottom: 1rem;
  padding: 0.6rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  background: var(--paper);
  color: inherit;
  font: inherit;
}
button, .button {
  display: inline-block;
  padding: 0.55rem 1rem;
  border: 1px solid var(--accent);
  border-radius: 0.4rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  max-width: 100%;
  text-decoration: none;
  cursor: pointer;
}
ul.plain button { white-space: nowrap; }
form + .quiet { margin-top: 1rem; }
.card > :last-child { margin-bottom: 0; }
button.plain { background: transparent; color: var(--accent); }
a { color: var(--accent); }
a.button { color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.35rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
@media (max-width: 26rem) {
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
ul.plain { margin: 0; padding: 0; list-style: none; }
ul.plain li span { min-width: 0; }
ul.plain li { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: 0.4rem 0; }
`
