// Every word of the commissioning wizard, Chinese first. `{name}` is a value.

import { language } from "./words.js";

const WORDS = {
  title: ["仪表调试", "Commissioning of the indicator"], toApp: ["返回平板应用", "Back to the tablet app"], signInFirst: ["请先在平板应用登录。", "Sign in in the tablet app first."],
  noEdge: ["未连接边缘机：调试需要仪表的实时数据。", "The edge unit is not reached: commissioning needs the indicator's live line."],
  step_truck: ["已知重量的车", "A known truck"], step_proofs: ["逐项验证", "The proofs"], step_drive: ["移动与停稳", "Move and stop"], step_summary: ["汇总存档", "Summary"],
  instrument: ["仪表", "Indicator"], make: ["厂家与型号", "Make and model"], serial: ["出厂编号", "Serial number"], reported: ["仪表自报编号", "Number it tells itself"], notTold: ["此协议不报", "not told by this dialect"], otherSerial: ["与登记不符", "not the one on record"],
  dialect: ["通信协议", "Dialect"], settings: ["参数", "Settings"], asDelivered: ["默认", "as delivered"], profile: ["配置指纹", "Profile hash"], division: ["分度值 d", "Interval d"],
  fit: ["配置已验证，可称重", "The profile is proved; weighing is allowed"], fitSim: ["模拟仪表，无需调试；可照常演练", "A simulated indicator needs no commissioning; the wizard works all the same"], unfit: ["配置未经验证：此仪表不给出可记录的重量", "The profile is not proved: this indicator gives no weight for the record"],
  provedOn: ["{at} 由 {who} 验证", "Proved on {at} by {who}"], never: ["从未验证", "never proved"],
  checkTitle: ["每日核对", "Check of the day"], checkDue: ["今日未核对", "Not yet made today"], checkDone: ["{at} 由 {who} 核对", "Made on {at} by {who}"], checkHint: ["照抄仪表显示屏上的读数，不看平板。空秤或有车均可。", "Type what the indicator's own display shows, not this tablet. With or without a truck."], checkNow: ["核对", "Check"],
  checkPassed: ["一致。今日核对已存档。", "They agree. Today's check is on record."], checkFailed: ["不一致。真实仪表在再次核对一致前停止给出重量。", "They do not agree. A real indicator gives no weight until a check passes."],
  begin: ["用已知重量的车开始调试", "Start with a known truck"], mayNot: ["由主管调试", "A supervisor commissions"],
  truckHint: ["让已知重量的车停在秤上不动至少 5 秒。照抄仪表显示屏上的读数，连小数点和零；不要抄平板。", "Let a truck of known mass stand still on the deck for at least 5 s. Type the indicator's display exactly, point and zeros included; never copy from this tablet."],
  known: ["车的已知重量", "Known mass of the truck"], within: ["已知到 ± ", "Known to within ±"], display: ["显示屏读数", "The display shows"], unit: ["显示屏单位", "Unit on the display"], digitsOf: ["输入：{what}", "Enter: {what}"],
  prove: ["验证", "Prove it"], enter: ["请输入{what}", "Enter: {what}"], proving: ["正在验证…", "Proving…"],
  allPassed: ["全部通过。接着让车移动再停稳。", "All proofs passed. Now let the truck move and stop."], someFailed: ["有不通过的项：协议或参数不对，未存为已调试。请改设备配置后重来。", "Some proofs failed: dialect or settings are wrong, and nothing is commissioned. Mend the device file and begin again."],
  anotherLoad: ["此重量分不清两种配置（例如回文数字）。请换一车不同重量再来一次。", "With this load two profiles cannot be told apart, for example by palindromic figures. Bring a truck of another mass."], another: ["换一车", "Another truck"], loadsN: ["已用 {n} 车", "{n} loads so far"],
  toDrive: ["下一步：移动与停稳", "Next: move and stop"], again: ["重做此步", "Do this step again"],
  driveHint: ["让车开下秤再开上来，停稳后等 5 秒，再点下面的按钮。", "Let the truck drive off and on again and stand for 5 s; then tap the button below."], driveNow: ["此刻线路", "The line now"], moving: ["在动", "moving"], standing: ["停稳", "standing"], unknown: ["未知", "unknown"], link: ["链路", "Link"], fresh: ["正常", "live"], stale: ["迟滞", "stale"], down: ["断开", "down"],
  driven: ["车已停稳，验证", "It stands again: prove it"], driveUndecided: ["没有看到移动后停稳 4 秒。请再开一次。", "No drive that ended in 4 s of standstill was seen. Drive once more."], driveFailed: ["动态位与移动不符，配置不对。", "The motion bit does not follow the movement: the profile is wrong."],
  toSummary: ["下一步：汇总", "Next: summary"], summaryHint: ["以下各项连同原始数据、人员、时间和配置指纹一起存入边缘机，不可更改。", "All of this is kept on the edge unit with the raw bytes, person, time and profile hash, and is never changed."],
  close: ["存档，投入使用", "Keep it and commission"], closed: ["已调试完成", "Commissioned"], closedAt: ["{at}，{who}", "{at}, {who}"], record: ["记录指纹", "Hash of the record"], restart: ["重新调试", "Begin anew"],
  state_passed: ["通过", "passed"], state_failed: ["不通过", "failed"], state_undecided: ["未定", "undecided"], state_absent: ["不适用", "not there"],
  proof_frames: ["数据帧：数目与最后三帧", "Frames: how many, and the last three"], proof_figures: ["数字与方向", "Figures and orientation"], proof_decimals: ["小数位", "Decimals"], proof_unit: ["单位：帧 / 显示屏", "Unit: frame / display"], proof_increment: ["分度值", "Interval d"], proof_checksum: ["校验：错误帧 / 全部", "Check: bad frames / all"], proof_profile: ["读数相同的其他配置", "Other profiles that read the same"], proof_mass: ["与已知重量相差", "Off the known mass"], proof_motion: ["动态位：移动时 / 停稳时", "Motion bit: while moving / while standing"],
  note_no_check: ["此协议不带校验", "This profile's frames carry no check"], note_check_not_read: ["帧里有校验，但配置没有读它", "A check is sent that this profile does not read"], note_no_motion_bit: ["此协议没有动态位，稳定由计算得出", "This dialect has no motion bit: stability is computed"], note_inverted: ["动态位相反", "The motion bit is inverted"],
  limit: ["要求 {limit}", "asked: {limit}"],
};

/** The word for `key`, with `{name}` replaced. */
export function c(key, values = {}) {
  const text = WORDS[key][language() === "zh" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
