/** Of the histories of this run; HISTORIES_SEED repeats another one. */
export const seed = Number(process.env.HISTORIES_SEED ?? Date.now() % 1_000_000_000);

/** Says what it takes to repeat histories. */
export function tellSeed(count: number, what: string): void {
  process.stdout.write(`${count} histories of ${what}: HISTORIES_SEED=${seed}\n`);
}
