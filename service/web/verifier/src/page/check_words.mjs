// What each check asks and answers, in Chinese and English: by status, and by code where a code says more.
import { filled } from "./words.mjs";

const WORDS = {
  DOCUMENT_INTEGRITY: {
    VALID: [
      ["内容没有被改动", "The content is unchanged"],
      ["每一栏重新计算后，与封存时的指纹一致。", "Every field was recomputed and matches the sealed fingerprint."],
    ],
    INVALID: [
      ["内容被改动过", "The content was altered"],
      [
        "重新计算的指纹与封存时不一致：出具之后有人改过这份文件。",
        "The recomputed fingerprint differs from the sealed one: the file was altered after it was issued.",
      ],
    ],
    ERROR: [
      ["内容是否被改动", "Was the content altered?"],
      [
        "这份文件的版本比本页新，请用新的核验页。",
        "The file is of a newer form than this page reads; use a newer page.",
      ],
    ],
    SKIPPED: [
      ["内容是否被改动", "Was the content altered?"],
      ["没有可比较的内容。", "Nothing to compare."],
    ],
  },
  ISSUER_IDENTITY: {
    VALID: [
      ["确实由{name}出具", "It really comes from {name}"],
      ["出具方的网址 {location} 登记了同一个标识。", "The issuer's own address, {location}, names the same identity."],
    ],
    INVALID: [
      ["不是所称公司出具的", "It does not come from the company it names"],
      ["该公司的网址登记的是另一个标识。", "The company's own address names another identity."],
    ],
    ERROR: [
      ["是否由所称公司出具", "Does it come from the company it names?"],
      ["信任文件里没有这家公司。", "The company is not in the trust file."],
    ],
    SKIPPED: [
      ["是否由所称公司出具", "Does it come from the company it names?"],
      ["文件没有写明公司。", "The file names no company."],
    ],
    codes: {
      1: [
        "文件附带的公司标识或签字密钥对不上。",
        "The identity or the signing key that comes with the file does not fit.",
      ],
      3: ["文件没有写明唯一的出具公司。", "The file does not name one issuing company."],
    },
  },
  DOCUMENT_STATUS: {
    VALID: [
      ["已封存，没有撤回", "Sealed and not withdrawn"],
      ["自 {sealed} 起在案，没有撤回，也没有更正。", "On record since {sealed}; neither withdrawn nor corrected."],
    ],
    INVALID: [
      ["没有封存，或已撤回", "Not sealed, or withdrawn"],
      ["它不在封存记录中，或已被撤回。", "It is not on record, or was withdrawn."],
    ],
    ERROR: [
      ["是否已封存、有没有撤回", "Is it sealed and not withdrawn?"],
      [
        "没有可信的来源说明它的封存状态，所以不知道是否已撤回。",
        "No trusted source tells its state, so a withdrawal cannot be ruled out.",
      ],
    ],
    SKIPPED: [
      ["是否已封存、有没有撤回", "Is it sealed and not withdrawn?"],
      ["文件没有提到封存记录。", "The file says nothing of the sealing record."],
    ],
    codes: {
      1: ["封存记录中没有它。", "The sealing record does not have it."],
      5: ["它被公司撤回了，可能另有更正的文件。", "The company withdrew it; there may be a corrected file."],
      7: ["文件没有写明唯一的出具公司。", "The file does not name one issuing company."],
    },
  },
  LOG_INCLUSION: {
    VALID: [
      ["在完整流水中", "Part of the full record"],
      ["排在第 {place} 位，事后插不进别的东西。{kept}", "Number {place}, where nothing can be slipped in later.{kept}"],
    ],
    INVALID: [
      ["不在完整流水中", "Not part of the full record"],
      ["它在流水中的位置对不上。", "Its place in the record does not fit."],
    ],
    ERROR: [
      ["是否在完整流水中", "Is it part of the full record?"],
      ["要先查到封存记录。", "Needs the sealing record first."],
    ],
    SKIPPED: [
      ["是否在完整流水中", "Is it part of the full record?"],
      ["文件没有写明它在流水中的位置。", "The file says nothing of its place in the record."],
    ],
    codes: {
      3: ["它所在的流水没有被封存。", "The record that it stands in was not sealed."],
      5: [
        "公司答应的时间内没有记入流水：公司没有守信。",
        "It was not put on record in the time that the company promised.",
      ],
      6: ["随附的回执不是这家公司签的。", "The receipt that comes with it was not signed by this company."],
    },
  },
  LOG_CONSISTENCY: {
    VALID: [
      ["历史没有被重写", "History was not rewritten"],
      [
        "流水仍包含您的信任文件或本页以前见过的全部内容。",
        "The record still contains everything that your trust file, or this page before, has seen.",
      ],
    ],
    INVALID: [
      ["历史被重写过", "History was rewritten"],
      ["流水不再包含以前见过的内容。", "The record no longer contains what was seen before."],
    ],
    ERROR: [
      ["历史是否被重写", "Was history rewritten?"],
      ["现在无法与旧记录比较。", "The older record cannot be compared now."],
    ],
    SKIPPED: [
      ["历史是否被重写", "Was history rewritten?"],
      [
        "没有可比的旧记录，或新旧之间没有证明。",
        "There is no older record to compare with, or no proof leads from it to this one.",
      ],
    ],
    codes: {
      2: ["流水比以前见过的短：有记录被抹掉了。", "The record is shorter than it was: something was taken out."],
      3: ["同样长度的流水出现了两个版本。", "Two versions of the record of the same length were shown."],
    },
  },
  CHAIN_ANCHOR: {
    VALID: [
      ["封存有效", "The seal holds"],
      [
        "封存登记在该公司自己的名下，已经不能更改。",
        "The seal stands under the company's own name and can no longer be changed.",
      ],
    ],
    INVALID: [
      ["封存无效", "The seal does not hold"],
      ["封存与公开记录对不上。", "The seal does not fit the public record."],
    ],
    ERROR: [
      ["封存是否有效", "Does the seal hold?"],
      ["没有可信的来源认得这份封存。", "No trusted source knows this seal."],
    ],
    SKIPPED: [
      ["封存是否有效", "Does the seal hold?"],
      ["文件没有封存信息。", "The file carries no seal."],
    ],
    codes: {
      6: ["封存登记在别人名下。", "The seal stands under another name."],
      8: ["封存刚刚完成，还没有最终确认，稍后再查。", "The seal is fresh and not final yet; ask again later."],
      9: [
        "信任文件早于这份封存，也没有可用的查询服务。请取新的信任文件，或填写查询服务。",
        "The trust file is older than this seal and no query service answered. Get a newer trust file, or name a query service.",
      ],
    },
  },
  DISCLOSURE_POLICY: {
    VALID: [
      ["需要的内容没有被隐藏", "Nothing needed is hidden"],
      ["要依据它的人需要的每一栏都看得到。", "Every field that the reader needs is open."],
    ],
    INVALID: [
      ["隐藏了需要的内容", "Something needed is hidden"],
      ["要依据它的人需要的某一栏被隐藏了。", "A field that the reader needs is hidden."],
    ],
    ERROR: [
      ["有没有隐藏需要的内容", "Is anything needed hidden?"],
      ["不知道这类文件该公开哪些内容。", "It is not known what must be open in a file of this kind."],
    ],
    SKIPPED: [
      ["有没有隐藏需要的内容", "Is anything needed hidden?"],
      ["您没有说明谁要依据它。", "You did not say who needs to rely on it."],
    ],
    codes: { 2: ["有的栏没有按规定封存。", "A field was not sealed as it must be."] },
  },
  RECORD_SEMANTICS: {
    VALID: [
      ["账算得对", "The figures add up"],
      ["{sum}全部数字重新算过，都相符。", "{sum}Every figure was computed again and agrees."],
    ],
    INVALID: [
      ["账算不对", "The figures do not add up"],
      ["有一个数字与其他数字对不上。", "A figure does not follow from the others."],
    ],
    ERROR: [
      ["账算得对不对", "Do the figures add up?"],
      ["有的数字在这里无法重新计算。", "A figure cannot be computed again here."],
    ],
    SKIPPED: [
      ["账算得对不对", "Do the figures add up?"],
      ["所需的数字被隐藏，或本来没有。", "The figures needed for it are hidden, or there are none."],
    ],
    codes: {
      1: ["{sum}重量对不上。", "{sum}The masses do not add up."],
      2: ["碳数据对不上。", "The carbon figures do not follow."],
      3: ["金额对不上。", "The amounts do not follow."],
      5: ["文件的内容不合规定的格式。", "The content is not of the agreed form."],
      6: ["文件引用的碳因子表，本页不认识。", "The table of carbon factors that it names is not known here."],
    },
  },
  LINEAGE: {
    VALID: [
      ["来源齐全", "Its sources hold"],
      ["它所依据的文件都在，且都有效。", "The files it rests on are here, and all valid."],
    ],
    INVALID: [
      ["来源有问题", "Its sources do not hold"],
      ["它所依据的某份文件无效。", "A file that it rests on is not valid."],
    ],
    ERROR: [
      ["来源是否齐全", "Do its sources hold?"],
      ["它所依据的文件还无法判断。", "Nobody can tell yet about a file that it rests on."],
    ],
    SKIPPED: [
      ["来源是否齐全", "Do its sources hold?"],
      ["它没有依据的文件，或没有一起放入。", "It rests on no other files, or they were not put in with it."],
    ],
    codes: {
      2: ["它所依据的某份文件被撤回了。", "A file that it rests on was withdrawn."],
      3: ["它已被新的文件更正。", "A newer file corrects it."],
      5: ["这批货已在别处质押。", "This load is already pledged elsewhere."],
      6: ["质押的标识与这批货对不上。", "The pledge does not belong to this load."],
      7: ["它所依据的文件没有一起放入。", "A file that it rests on was not put in with it."],
    },
  },
};

const NO_TRUST = {
  ISSUER_IDENTITY: [
    "还没有信任文件，不知道是不是这家公司出具的。",
    "Without a trust file nobody can tell whether it comes from this company.",
  ],
  CHAIN_ANCHOR: ["还没有信任文件，没有人为这份封存作证。", "Without a trust file nobody stands for this seal."],
};

/** Title and answer of a check; `hasTrust` says whether a trust file was at hand, `details` fill the places. */
export function checkWords(check, language, { hasTrust = true, details = {} } = {}) {
  const words = WORDS[check.type];
  const [title, general] = words[check.status];
  const isGeneral = check.status === "VALID" || check.status === "SKIPPED";
  const byCode = isGeneral ? null : words.codes?.[check.reason.code];
  const untrusted = !hasTrust && check.status === "ERROR" ? NO_TRUST[check.type] : null;
  const values = { ...details, ...check.data };
  return {
    title: filled(title, language, values),
    answer: filled(untrusted ?? byCode ?? general, language, values),
  };
}
