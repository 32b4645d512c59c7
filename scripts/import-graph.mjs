// Who imports whom, types included: `node scripts/import-graph.mjs [folder]` prints circles, rooms and arrows, and the files that each scenario's script is made of.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** Program files of a repository below `folders`: path -> text. Tests, what only they use, and the templates of new scenarios are none. */
export function programIn(root, folders = ["src", "scenarios"]) {
  const files = folders
    .filter((folder) => existsSync(posix.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(posix.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && !/\.test\.ts$|\/testing\/|\/templates\//.test(path));
  return new Map(files.sort().map((path) => [path, readFileSync(posix.join(root, path), "utf8")]));
}

/** Every specifier a file imports, types too: a type from the wrong room is a wrong dependency as well. */
export function importsOf(text) {
  // Comments go first, so that an import in an example is none; a string that holds "//" is followed by no import on its line.
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\w])\/\/.*$/gm, "$1");
  const found = [
    ...code.matchAll(/^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm),
    ...code.matchAll(/^\s*import\s*["']([^"']+)["']/gm),
    ...code.matchAll(/\b(?:import|require)\(\s*["']([^"']+)["']/g),
  ];
  return found.map(([, specifier]) => specifier);
}

/** The path that a relative specifier means. */
export const targetOf = (from, specifier) => posix.join(posix.dirname(from), specifier);

/** path -> the program files that it imports. */
export function graphOf(program) {
  const targets = ([path, text]) => [
    path,
    [...new Set(importsOf(text).map((specifier) => targetOf(path, specifier)))].filter((target) => program.has(target)),
  ];
  return new Map([...program].map(targets));
}

/** Groups of nodes that reach each other, and nodes that import themselves (Tarjan's algorithm). */
export function circlesOf(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const circles = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const target of graph.get(node) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(node, Math.min(low.get(node), low.get(target)));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1 || graph.get(node)?.includes(node)) circles.push(group.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return circles;
}

/** All that an entry imports, directly or not, itself included. */
export function closureOf(graph, entry) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const target of graph.get(path) ?? []) visit(target);
  };
  visit(entry);
  return [...found].sort();
}

/** The room of a file: a folder of src, a folder of a scenario, or one of the files at its top. */
export function roomOf(path) {
  const parts = path.split("/");
  return parts.slice(0, parts[0] === "src" ? 2 : 3).join("/");
}

/** The graph of rooms. */
export function roomsOf(graph, room = roomOf) {
  const rooms = new Map();
  for (const [path, targets] of graph) {
    const from = room(path);
    const to = rooms.get(from) ?? rooms.set(from, new Set()).get(from);
    for (const target of targets) if (room(target) !== from) to.add(room(target));
  }
  return new Map([...rooms].map(([from, to]) => [from, [...to].sort()]));
}

/** The floor of each room: above all that it imports. Only where there is no circle. */
export function floorsOf(rooms) {
  const floors = new Map();
  const floor = (room) => {
    if (!floors.has(room)) floors.set(room, 1 + Math.max(0, ...rooms.get(room).map(floor)));
    return floors.get(room);
  };
  for (const room of rooms.keys()) floor(room);
  return floors;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url));
  const graph = graphOf(programIn(root));
  const rooms = roomsOf(graph);
  const [circles, roomCircles] = [circlesOf(graph), circlesOf(rooms)];
  const arrows = [...rooms.values()].reduce((sum, to) => sum + to.length, 0);
  const list = (groups) => groups.map((group) => `\n  ${group.join(" <-> ")}`).join("");
  console.log(`${graph.size} files, ${rooms.size} rooms, ${arrows} arrows between rooms`);
  console.log(`circles of files: ${circles.length}${list(circles)}`);
  console.log(`circles of rooms (an import that runs back up): ${roomCircles.length}${list(roomCircles)}`);
  if (roomCircles.length === 0) {
    const floors = [...floorsOf(rooms)].sort(([a, i], [b, j]) => j - i || a.localeCompare(b));
    for (const [room, floor] of floors) console.log(`  ${floor}  ${room.padEnd(32)} ${rooms.get(room).join(" ")}`);
  }
  const entries = [...graph.keys()].filter((path) => /^scenarios\/([^/]+\/main|[^/]+)\.ts$/.test(path));
  for (const entry of entries) console.log(`${entry}: ${closureOf(graph, entry).length} files`);
}
