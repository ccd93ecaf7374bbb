import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts process time in ticks of 10 ms. */
const TICK_MS = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly cpuMs: number;
}

/** CPU time used so far by a process and all it has started, by program name, in ms. Linux only. */
export function cpuByProgram(pid: number): Map<string, number> {
  const all = processes();
  const family = new Set([pid]);
  for (let grown = -1; grown !== family.size; ) {
    grown = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  const used = new Map<string, number>();
  for (const { pid: member, name, cpuMs } of all) {
    const program = member === pid ? 'hub' : name;
    if (family.has(member)) used.set(program, (used.get(program) ?? 0) + cpuMs);
  }
  return used;
}

function processes(): Process[] {
  return readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? readProcess(Number(entry)) : []));
}

function readProcess(pid: number): Process[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    return [{ pid, parent: fields[1] ?? 0, name, cpuMs: ((fields[11] ?? 0) + (fields[12] ?? 0)) * TICK_MS }];
  } catch {
    // It ended between the listing and the reading.
    return [];
  }
}
