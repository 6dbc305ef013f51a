/** The order of the names of teams: 班组二 before 班组十, as 班组2 before 班组10. */

const DIGITS = "零一二三四五六七八九";
const NUMBER = /([一二三四五六七八九])?十([一二三四五六七八九])?|[零一二三四五六七八九]/g;
const ORDER = new Intl.Collator("zh-CN", { numeric: true });

export function compareTeams(a: string, b: string): number {
  return ORDER.compare(inDigits(a), inDigits(b));
}

/** Returns the name with its Chinese numbers up to 99 in digits. */
function inDigits(name: string): string {
  return name.replace(NUMBER, (found: string, tens?: string, units?: string) =>
    found.includes("十") ? String(10 * digitOf(tens ?? "一") + digitOf(units ?? "零")) : String(digitOf(found)),
  );
}

function digitOf(character: string): number {
  return DIGITS.indexOf(character);
}
