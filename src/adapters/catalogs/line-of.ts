import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml'

type Found = { start: number | undefined; value: Node | null | undefined }

/** The line of the node at a path; of the last one on the way that there is, when a key on it is missing. */
export function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly (string | number)[]): number {
  let node: Node | null | undefined = document.contents
  let start = node?.range?.[0] ?? 0
  for (const key of path) {
    const found = step(isAlias(node) ? node.resolve(document) : node, key)
    if (found?.start === undefined) break
    node = found.value
    start = found.start
  }
  return Math.max(1, lines.linePos(start).line)
}

function step(node: Node | null | undefined, key: string | number): Found | undefined {
  if (isMap<Node, Node | null>(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
    return pair && { start: pair.key.range?.[0], value: pair.value }
  }
  if (!isSeq<Node>(node)) return undefined
  const item = node.items[Number(key)]
  return item && { start: item.range?.[0], value: item }
}
