// What the planner page says.
import type { Text } from "../shared/wire";
import { number } from "../shared/language";

const text = (ja: string, en: string): Text => ({ ja, en });

const UNITS: Record<string, Text> = {
  meters: text("m", "m"),
  "departures/hour": text("本/時", "an hour"),
  people: text("人", "people"),
};

const unit = (name: string): Text => UNITS[name] ?? text(name, name);

export const PLANNER = {
  page: text("交通の空白を見る", "Planner"),
  question: text("交通が足りないのはどこか", "Where is transport missing?"),
  signIn: text("計画担当としてサインインしてください", "Sign in as a planner"),
  signInBody: text("管理者からもらったリンクを開いてください。", "Open the link that your administrator gave you."),
  goSignIn: text("サインインへ", "Go to sign-in"),

  run: text("曜日と時間帯", "Day and hours"),
  preset: text("基準", "Standard"),
  measure: text("地図の色", "Colour the map by"),
  byClass: text("基準の判定", "Class of the standard"),
  noRuns: text("まだ集計がありません。集計が終わると、ここに出ます。", "Nothing has been measured yet. Results appear here once the job has run."),
  source: text("出典", "Source"),

  shareTitle: text("住んでいる人の割合", "Share of residents"),
  sharePeople: (people: string) => text(`${people} 人`, `${people} people`),
  ofPeople: (people: string) => text(`住民 ${people} 人のうち`, `of ${people} residents`),
  modelled: text("推計", "Modelled"),
  notAssessedWhy: text("評価していない理由", "Why not assessed"),
  notAssessedAll: text("評価していません", "Not assessed"),
  stopsOnly: text("停留所だけを地図に出しています。", "Only stops are shown on the map."),
  unknown: text("分かりません", "Not known"),
  range: (from: number | null, to: number | null, name: string): Text => {
    const say = (language: "ja" | "en") => {
      if (from === null) return language === "ja" ? `${number(to ?? 0)} 未満` : `under ${number(to ?? 0)}`;
      if (to === null) return language === "ja" ? `${number(from)} 以上` : `${number(from)} and more`;
      return `${number(from)} – ${number(to)}`;
    };
    return text(`${say("ja")} ${unit(name).ja}`, `${say("en")} ${unit(name).en}`);
  },

  map: text("地図", "Map"),
  mapHint: text("矢印キーで動かし、＋と−で拡大・縮小します。地域は表から選べます。", "Move with the arrow keys, zoom with + and −. Choose areas in the table."),
  noWebgl: text("この端末では地図を描けません（WebGL がありません）。表はそのまま使えます。", "This device cannot draw the map (no WebGL). The table works without it."),

  areasTitle: text("基準に届かない地域", "Areas below the standard"),
  areasNone: text("評価できた地域に、基準に届かないところはありません。", "No assessed area is below the standard."),
  areasUnassessed: (count: string) => text(
    `データが足りず、評価していない地域が ${count} あります。順位には入れません。`,
    `${count} areas are not assessed: the data do not suffice. They are not ranked.`,
  ),
  rank: text("順位", "Rank"),
  residents: text("住民", "Residents"),
  gap: text("足りないもの", "What is missing"),
  shortfall: text("不足", "Shortfall"),
  priority: text("優先度", "Priority"),
  priorityNote: text("優先度 = 住民 × 不足の割合", "Priority = residents × shortfall"),
  show: (rank: string) => text(`${rank}位の地域を地図で見る`, `Show area ${rank} on the map`),
  more: (count: string) => text(`ほか ${count} 件を見る`, `Show ${count} more`),

  whyTitle: text("この地域", "This area"),
  whyRank: (rank: string) => text(`${rank}位の地域`, `Area ${rank}`),
  class: text("判定", "Class"),
  departures: text("徒歩圏の本数", "Departures within a walk"),
  perHour: (value: string) => text(`1時間に ${value} 本`, `${value} an hour`),
  nearest: text("近い停留所", "Nearest stops"),
  nearestNone: text("近くに停留所がありません。", "No stop nearby."),
  meters: (value: string) => text(`徒歩 ${value} m`, `${value} m on foot`),
  passes: text("基準に届いています。", "Meets the standard."),
  closeWhy: text("地域の選択をやめる", "Clear the choice"),

  boardingsTitle: text("パスの利用", "Pass-holder boardings"),
  boardingsNone: text("この日の記録はありません。", "No boardings are recorded for this day."),
  route: text("路線と方向", "Route and direction"),
  routeName: (name: string, direction: number | null) =>
    direction === null ? text(name, name) : text(`${name}（方向 ${direction}）`, `${name} (direction ${direction})`),
  hour: text("時", "Hour"),
  boardings: text("乗車", "Boardings"),
  onBoard: text("車内", "On board"),
  hidden: (below: string) => text(`${below} 人未満`, `under ${below}`),
  hiddenNote: (below: string) =>
    text(`${below} 人未満は、個人が分からないように出していません。車内は、降車の記録がある便だけです。`, `Counts under ${below} are withheld so that nobody can be recognised. “On board” exists only where alighting is recorded.`),
  notKnown: text("—", "—"),

  takeTitle: text("持ち出す", "Take it away"),
  geojson: text("GeoJSON", "GeoJSON"),
  csv: text("CSV（表計算）", "CSV (spreadsheet)"),
  permalink: text("この画面へのリンクをコピー", "Copy a link to this view"),
  copied: text("コピーしました", "Copied"),
  copyFailed: text("コピーできません。アドレス欄からコピーしてください。", "Could not copy. Copy it from the address bar."),
  print: text("印刷", "Print"),
} as const;

export const CLASSES: Record<string, Text> = {
  covered: text("届いている", "Covered"),
  not_covered: text("届いていない", "Not covered"),
  high: text("多い", "High"),
  medium: text("中くらい", "Medium"),
  low: text("少ない", "Low"),
  none: text("なし", "None"),
  not_assessed: text("評価していない", "Not assessed"),
};

export const GAPS: Record<string, Text> = {
  no_stop_in_reach: text("歩ける距離に停留所がない", "No stop within reach"),
  infrequent: text("本数が少ない", "Too few departures"),
  short_span: text("走る時間が短い", "Too few hours of service"),
  not_assessed: text("評価していない", "Not assessed"),
};

export const WALKS: Record<string, Text> = {
  walk_meters_bus: text("バス停まで", "To a bus stop"),
  walk_meters_tram: text("路面電車まで", "To a tram stop"),
  walk_meters_rail: text("駅まで", "To a railway station"),
  walk_meters_ferry: text("港まで", "To a port"),
};
