// UTS 39, 5.2, "highly restrictive": the scripts that one label may combine, then those of UAX 31, table 5, that stand alone.
const SCRIPT_SETS = `Latin+Han+Hiragana+Katakana Latin+Han+Bopomofo Latin+Han+Hangul Arabic Armenian Bengali Cyrillic
  Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar Oriya Sinhala Tamil
  Telugu Thaana Thai Tibetan`
  .split(/\s+/)
  .map((set) => set.split('+').map((script) => `\\p{scx=${script}}`))
  .map((classes) => new RegExp(`^[\\p{scx=Common}\\p{scx=Inherited}${classes.join('')}]*$`, 'u'))

/** Whether a label is written in scripts that no one language writes together. */
export function mixesScripts(label: string): boolean {
  return !SCRIPT_SETS.some((set) => set.test(label))
}

// Letters drawn like an ASCII one, where normalisation does not say so: the part of UTS 39's table that spells names.
const DRAWN_ALIKE = `aаɑα bьвʙ cсᴄ dԁđɖ eеҽє fғƒ gɡɢԍ hһнħʜ iіıɩɪι jјȷ kкκᴋ lӏłʟ mмᴍ nпɴη oоοσøᴏ pрρᴘ qԛ rгʀ sѕꜱ
  tтτŧᴛ uυսᴜ vѵνᴠ wԝωᴡ xхχ yуүγʏ zᴢ`
const ASCII_OF = new Map(
  DRAWN_ALIKE.split(/\s+/).flatMap(([ascii = '', ...twins]) => twins.map((twin) => [twin, ascii] as const)),
)

/** What a name looks like to a reader who takes every letter for the ASCII one that it is drawn like. */
export function readAsAscii(spelled: string): string {
  const bare = spelled.normalize('NFD').replace(/\p{M}/gu, '')
  return Array.from(bare, (letter) => ASCII_OF.get(letter) ?? letter).join('')
}
