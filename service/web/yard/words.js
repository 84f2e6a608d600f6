// The tablet's words, Chinese first. `{name}` is a value. Here those of frame and sign-in; words-more.js has the others.

import { keepSetting, setting } from "./store.js";

const WORDS = {
  // Frame
  status: ["状态", "Status"], trucks: ["场内车辆", "Trucks on site"], holds: ["待裁决", "Held"], tickets: ["今日磅单", "Tickets today"], outputs: ["道闸与信号灯", "Barriers and lights"],
  sync: ["同步", "Sync"], commissioning: ["仪表调试", "Commissioning"], menu: ["菜单", "Menu"], signOut: ["退出", "Sign out"], theme: ["日间或夜间", "Light or dark"],
  back: ["返回", "Back"], queue: ["车辆列表", "Queue"], cancel: ["取消", "Cancel"], close: ["关闭", "Close"], scale: ["衡器", "Scale"],
  synced: ["已同步", "Synced"], syncedAt: ["已同步 {at}", "Synced {at}"], upDown: ["上级断网", "No server"], edgeDown: ["未连边缘机", "No edge unit"], demo: ["演示数据，不可结算", "Demonstration data, not for settlement"],
  simulated: ["模拟", "SIMULATED"], skip: ["跳到内容", "Skip to content"], way: ["车辆流程", "The way of the truck"], nowAt: ["当前", "Now"],
  bannerEdge: ["平板未连接边缘机（{at} 起）。", "This tablet does not reach the edge unit since {at}."],
  bannerEdgeMore: ["没有实时重量；表单与照片先存本机，恢复后按顺序上传。", "No live weight. Forms and photographs are kept here and sent in order later."],
  bannerUp: ["服务器断开，称重照常。", "No connection to the server; weighing goes on."], bannerUpMore: ["待上传 {n} 条，{at} 起。", "{n} to upload, since {at}."],
  bannerRefused: ["服务器不接受本机记录：{why}", "The server takes nothing from this log: {why}"],
  waitingHere: ["本机待传 {n} 条", "{n} kept on this tablet"], show: ["查看", "Show"], keptHere: ["已存本机，恢复连接后自动上传。", "Kept on this tablet; it is sent when the link is back."],
  recorded: ["已记录。", "Recorded."], loading: ["正在读取…", "Reading…"], unknownAnswer: ["没有收到答复：恢复连接后可看到是否已记录。", "No answer came. Whether it was recorded shows when the link is back."],
  needsUp: ["需要连接边缘机。", "This needs the edge unit."], notAllowed: ["您的岗位不能做这一步。", "Your role may not do this."], newVersion: ["有新版本", "A new version is ready"], reload: ["更新", "Update"],
  // Sign-in
  who: ["谁在值班？", "Who is here?"], pinOf: ["{name} 的 PIN", "PIN of {name}"], signIn: ["登录", "Sign in"], enrol: ["登记人员", "Enrol a person"], enrolTitle: ["在本平板登记", "Enrol on this tablet"],
  enrolHint: ["只需一次，需要连接服务器。之后用 PIN 登录，断网也可用。", "Once only, with the server reached. From then on a PIN signs you in, also without a network."],
  email: ["账号", "Account"], password: ["密码", "Password"], newPin: ["新 PIN（4 至 8 位）", "New PIN, 4 to 8 digits"], tabletName: ["平板名称", "Name of this tablet"], tabletDefault: ["磅房平板", "Weighhouse tablet"],
  nobody: ["本平板还没有人登记", "Nobody is enrolled on this tablet"], nobodyHint: ["登记后，此处显示姓名，点姓名并输入 PIN 即可开始。", "Once enrolled, names appear here: tap yours and enter the PIN."],
  pin_wrong: ["PIN 不对，还可试 {n} 次。", "Wrong PIN; {n} attempts left."], pin_locked: ["试错太多，请五分钟后再试。", "Too many wrong PINs. Try again in five minutes."], pin_old: ["离线超过 12 小时，须先连接边缘机。", "More than 12 hours without the edge unit: it must be reached first."],
  pin_never: ["此人尚未在本平板联机登录过。", "This person has not yet signed in here with the edge unit reached."], offlineSignIn: ["离线登录：由本平板核对 PIN。", "Without the edge unit: this tablet checks the PIN."],
  role_operator: ["司磅员", "Weighbridge operator"], role_inspector: ["检验员", "Inspector"], role_supervisor: ["主管", "Supervisor"], role_plant: ["钢厂", "Plant"], role_clerk: ["结算员", "Clerk"], role_approver: ["审批人", "Approver"], role_administrator: ["管理员", "Administrator"],
  clear: ["清除", "Clear"], digits: ["数字键", "Digits"], delete: ["删除", "Delete"],
};

/** Take in more words: `{key: [Chinese, English]}`. */
export const learn = (words) => { Object.assign(WORDS, words); };

let chosen = null;

/** The language on the screen: the person's own, else the browser's. */
export function language() {
  chosen ??= setting("language") ?? (navigator.language?.startsWith("en") ? "en" : "zh");
  return chosen;
}

export function setLanguage(next) {
  chosen = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  return keepSetting("language", next);
}

/** The word for `key`, with `{name}` replaced; a key without words is shown as it is. */
export function w(key, values = {}) {
  const found = WORDS[key];
  const text = found ? found[language() === "zh" ? 0 : 1] : String(key);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
export const hasWord = (key) => key in WORDS;
