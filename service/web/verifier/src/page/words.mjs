// The words of the page, in Chinese and in English. Places to fill stand in braces.
export const WORDS = {
  verify: ["核验", "Verify"],
  title: ["这份文件可信吗？", "Can this file be relied on?"],
  lead: [
    "放入存证包，几秒钟得到答案。不用登录，文件不离开您的电脑。",
    "Drop a proof file and have the answer in seconds. No sign-in; the file stays on your computer.",
  ],
  to_content: ["跳到内容", "To the content"],
  light_or_dark: ["明暗", "Light or dark"],

  drop_here: ["把文件或文件夹拖到这里", "Drag files or a folder here"],
  drop_hint: [
    "名称以 .ferrotrace.json 结尾，可一次放入多份",
    "names end in .ferrotrace.json; several at once are welcome",
  ],
  choose_files: ["选择文件", "Choose files"],
  choose_folder: ["选择文件夹", "Choose a folder"],
  who_relies: ["谁要依据它？", "Who needs to rely on it?"],
  who_hint: [
    "选钢厂或银行时，还会检查有没有隐藏他们需要的内容。",
    "For a plant or a bank it is also checked that nothing they need is hidden.",
  ],
  anybody: ["任何人", "Anybody"],
  plant: ["钢厂", "A plant"],
  bank: ["银行", "A bank"],

  whom_to_believe: ["依据什么判断", "What the answer rests on"],
  trust_file: ["信任文件", "Trust file"],
  trust_none: [
    "还没有。没有它只能查出改动，不能证明可信。",
    "None yet. Without it tampering is found, but nothing can be proven valid.",
  ],
  trust_of_file: ["{names}，来自您放入的 {file}", "{names}, from {file} that you put in"],
  trust_of_site: ["{names}，由本网站提供", "{names}, as this site gives it"],
  trust_hint: [
    "信任文件写明公司的标识。最好由公司另外交给您，只需放入一次。",
    "It names the company's identity. Best handed to you by the company, by a way of its own, once.",
  ],
  choose_trust: ["放入信任文件", "Put in a trust file"],
  trust_bad: ["{file} 不是信任文件：{why}", "{file} is no trust file: {why}"],
  trust_forget: ["移除", "Remove"],
  query_service: ["查询服务（可不填）", "Query service (optional)"],
  query_hint: [
    "填写您信任的节点网址，例如银行自己的，就按此刻的状态回答；不填则不联网，按文件封存时的状态回答。",
    "The address of a node you trust, a bank's own for instance: then the answer is as of now. Without it nothing is asked over the network and the answer is as of the file's own date.",
  ],
  query_example: ["https://…", "https://…"],
  query_bad: ["网址要以 http:// 或 https:// 开头", "The address begins with http:// or https://"],

  paper: ["手里是纸质磅单？", "A ticket on paper?"],
  paper_hint: [
    "用手机扫二维码，或把二维码的内容、磅单号填在这里。",
    "Scan its code with a phone, or put the text of the code or the ticket's number here.",
  ],
  paper_label: ["磅单号或二维码内容", "Number of the ticket, or text of its code"],
  paper_go: ["查", "Look up"],
  paper_offline: [
    "单凭磅单号要到公司的网站上查；本页离线打开，只认二维码内容（含 FT1.）。",
    "A number alone is looked up on the company's site; this offline page reads the text of the code (with FT1.).",
  ],
  answers: ["会得到四种答案之一", "One of four answers"],
  VALID_hint: ["在案，未改动", "on record, unchanged"],
  INVALID_hint: ["改动、撤回或冒名", "altered, withdrawn or forged"],
  ERROR_hint: ["查询不到，稍后再试", "no answer, try later"],
  SKIPPED_hint: ["缺这一项的材料", "nothing to check it with"],

  VALID: ["可信", "Valid"],
  INVALID: ["不可信", "Invalid"],
  ERROR: ["无法判断", "Could not tell"],
  check_VALID: ["通过", "Valid"],
  check_INVALID: ["不符", "Invalid"],
  check_ERROR: ["无法判断", "Could not tell"],
  check_SKIPPED: ["未检查", "Skipped"],
  headline_VALID: ["可信", "Valid"],
  headline_INVALID: ["不可信", "Invalid"],
  headline_ERROR: ["现在无法判断", "Could not tell"],

  says_VALID: [
    "{kind}自 {sealed} 在案，没有改动过；状态截至 {at}（北京时间）。",
    "{kind}: on record since {sealed} and unchanged; as the record stood at {at} (Beijing time).",
  ],
  says_INVALID: ["{why}请不要据此收货、付款或放款。", "{why} Do not accept, pay or lend on it."],
  says_ERROR: ["{why}这不表示文件有问题。", "{why} That does not mean the file is bad."],
  says_silent: [
    "查询服务没有回应，按文件自带的证明回答。",
    "The query service did not answer; the answer rests on the proofs in the file.",
  ],
  says_other_chain: [
    "查询服务查的是别的记录，按文件自带的证明回答。",
    "The query service keeps another record; the answer rests on the proofs in the file.",
  ],
  says_live: ["刚刚问过查询服务。", "The query service was asked just now."],
  checks: ["逐项检查", "The checks, one by one"],
  count_VALID: ["{n} 项通过", "{n} valid"],
  count_INVALID: ["{n} 项不符", "{n} invalid"],
  count_ERROR: ["{n} 项无法判断", "{n} could not tell"],
  count_SKIPPED: ["{n} 项未检查", "{n} skipped"],
  separator: ["，", ", "],
  content: ["这份文件说了什么", "What the file says"],
  no_content: ["文件读不懂，没有可以显示的内容。", "The file cannot be read, so there is nothing to show."],
  next: ["接下来", "Next"],
  advice_VALID: ["可以据此收货、付款或放款。", "You can rely on it to accept, pay or lend."],
  advice_INVALID: [
    "向出具的公司另要一份存证包，再比一比。",
    "Ask the company that issued it for a new proof file and compare.",
  ],
  advice_ERROR: ["稍后再试，或向公司要信任文件。", "Try again later, or ask the company for its trust file."],
  print: ["打印核验结果", "Print this result"],
  again: ["再试一次", "Try again"],
  another: ["再核验一份", "Verify another"],
  to_list: ["回到列表", "Back to the list"],
  raw: ["原始证明", "Raw proof"],
  download_report: ["下载核验结果", "Download the result"],
  fingerprint_part: ["文件指纹与封存记录", "Fingerprint and sealing record"],
  fingerprint: ["文件指纹", "Fingerprint"],
  sealed_at: ["封存时间", "Sealed at"],
  place: ["流水序号", "Place in the record"],
  checked_at: ["核验时间", "Checked at"],
  hidden_fields: ["隐藏的栏数", "Hidden fields"],
  steps: ["逐层计算", "Step by step"],
  step_leaves: ["{n} 栏内容合成文件指纹", "{n} fields give the fingerprint of the file"],
  step_hidden: ["隐藏的 {hidden} 栏由它们的指纹代替", "the fingerprints of {hidden} hidden fields stand for them"],
  step_batch: [
    "与同批文件合并 {n} 次，得到这一批的封存值",
    "merged {n} times with others of its batch into the sealed value",
  ],
  step_log: [
    "在 {size} 份记录的流水中排第 {place}，经 {n} 步核对",
    "number {place} of {size} in the full record, followed in {n} steps",
  ],
  step_state: ["封存状态的 {n} 个值逐一核对", "{n} values of the sealing state followed one by one"],
  engineers: ["核验程序的完整回答（给技术人员）", "The verifier's full answer (for engineers)"],

  many_says: ["共 {n} 份文件：{parts}。", "{n} files: {parts}."],
  many_VALID: ["{n} 份可信", "{n} valid"],
  many_INVALID: ["{n} 份不可信", "{n} invalid"],
  many_ERROR: ["{n} 份无法判断", "{n} could not tell"],
  files: ["文件", "Files"],
  find: ["查找文件、编号、种类", "Find a file, number or kind"],
  all: ["全部", "All"],
  file: ["文件", "File"],
  kind: ["种类", "Kind"],
  number: ["编号", "Number"],
  answer: ["答案", "Answer"],
  why: ["原因", "Why"],
  none_found: ["没有符合的文件。", "No file fits."],
  working: ["正在核验 {done} / {all}", "Verifying {done} of {all}"],
  no_files: ["没有找到 .ferrotrace.json 文件。", "There is no file .ferrotrace.json among them."],
  too_large: ["{file} 有 {size} MB，存证包最大 4 MB。", "{file} has {size} MB; a proof file has at most 4 MB."],

  about_text: [
    "本页是一个独立的文件：不装软件，断网也能用。可以另存下来，从磁盘打开。",
    "This page is one file: nothing to install, and it works offline. Save it and open it from your disk.",
  ],
  page_hash: ["本页文件的 SHA-256", "SHA-256 of this page's file"],
  page_hash_hint: [
    "与公司另外公布的值比一比；也可以用 sha256sum 自己算，被改过的页面会说谎。",
    "Compare it with the value that the company publishes elsewhere, or compute it with sha256sum: an altered page may lie.",
  ],
  save_page: ["另存本页", "Save this page"],
  the_record: ["公开记录：核对它只增不改", "The record: check that it has only ever grown"],

  promise_title: ["磅单上的回执", "The receipt on the ticket"],
  promise_lead: [
    "公司签了字，答应在规定时间内把这些过磅记入公开流水。这里查它做到没有。",
    "The company signed that these weighings will be on the full record in time. Here is whether it kept its word.",
  ],
  promise_headline_VALID: ["公司守信", "The promise was kept"],
  promise_headline_INVALID: ["公司没有守信", "The promise was not kept"],
  promise_headline_ERROR: ["现在无法判断", "Could not tell"],
  promise_VALID: ["已在答应的时间内记入公开流水。", "It was put on the full record in the time that was promised."],
  promise_VALID_unsigned: [
    "已记入公开流水；签字没有核对，因为信任文件里没有公司的签字密钥。",
    "It is on the full record; the signature was not checked, for the trust file names no signing key.",
  ],
  promise_INVALID_5: [
    "过了答应的时间仍没有记入，或记入得太晚。这张回执就是证据，请保存好。",
    "It is missing though its time is over, or it came too late. This receipt proves it; keep it.",
  ],
  promise_INVALID_6: [
    "签字的不是这家公司当时的密钥：这不是它的回执。",
    "No key that the company had then signed it: this is not its receipt.",
  ],
  promise_ERROR_who: ["还没有信任文件，不知道是谁签的。", "Without a trust file nobody can tell who signed it."],
  promise_ERROR_entries: ["还要公开流水才能查。", "The full record is needed for it."],
  promise_ERROR_silent: [
    "公开流水取不到，稍后再试，或放入流水文件。",
    "The full record cannot be fetched; try again later, or put in a file of it.",
  ],
  "promise_ERROR_other-entries": [
    "放入的流水与信任文件对不上，请取新的流水和信任文件。",
    "This record is not the one of the trust file; get both anew.",
  ],
  promise_ERROR_when: [
    "已在公开流水中；是否及时，要用查询服务才能查。",
    "It is on the full record; whether in time, a query service can tell.",
  ],
  promise_ERROR_undated: [
    "不在流水中；但信任文件没有写明流水的时间。请取新的信任文件。",
    "It is not on the record, but the trust file does not date the record. Get a newer trust file.",
  ],
  promise_ERROR_wait: [
    "时间还没有到，请在 {by}（北京时间）之后再查。",
    "Its time is not over: look again after {by} (Beijing time).",
  ],
  promise_ERROR_unsigned: [
    "不在流水中；但没有公司的签字密钥，不能作为证据。请取新的信任文件。",
    "It is not on the record, but without the company's signing key this proves nothing. Get a newer trust file.",
  ],
  promise_fetching: ["正在取公开流水 {done} / {all}", "Fetching the full record, {done} of {all}"],
  promise_part: ["回执 {n}", "Receipt {n}"],
  promise_made: ["答应的时间", "Promised at"],
  promise_by: ["最迟记入", "On record by"],
  promise_entries: ["公开流水", "The full record"],
  promise_entries_site: ["从本网站取", "Fetch it from this site"],
  promise_entries_file: ["放入流水文件", "Put in a file of the record"],
  promise_bad: ["这段内容不是回执：{why}", "This text is no receipt: {why}"],
};

/** The word `name` in the language `language` (zh or en), its places filled with `values`. */
export function wordOf(language, name, values = {}) {
  const pair = WORDS[name];
  if (!pair) throw new Error(`no word ${name}`);
  return filled(pair, language, values);
}

/** One of [zh, en], its places filled. */
export function filled([zh, en], language, values = {}) {
  return (language === "en" ? en : zh).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
