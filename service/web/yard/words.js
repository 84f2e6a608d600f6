// Every word of the tablet, Chinese first. `{name}` is a value. One place, so that nothing is said two ways.

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
  // Queue
  queueTitle: ["场内 {n} 车，{ready} 车可过磅", "{n} trucks on site, {ready} ready for the scale"], queueTitleOne: ["场内 1 车，{ready} 车可过磅", "1 truck on site, {ready} ready for the scale"], queueNote: ["平均在场 {avg}", "{avg} on site on average"],
  queueFoot: ["按下一步排序；满格为在场 60 分钟。", "Sorted by next action; a full bar is 60 minutes on site."],
  emptyQueue: ["场内没有车辆", "No truck on site"], emptyQueueHint: ["到场的车辆会按下一步排在这里。", "Trucks that arrive appear here, sorted by what comes next."], arrive: ["车辆到场", "A truck arrives"],
  expected: ["今日预约", "Booked for today"], expectedNone: ["今日没有其他预约。", "No other booking for today."], onDeck: ["秤上", "On the scale"], plateSeen: ["摄像头读到 {plate}", "The camera reads {plate}"], weighThis: ["称 {plate}", "Weigh {plate}"],
  min: ["{n} 分钟", "{n} min"], minLong: ["{n} 分钟，偏久", "{n} min, nearly over"], minOver: ["{n} 分钟，超时", "{n} min, over time"], gate: ["门岗", "gate"], call: ["呼叫", "Call"],
  scale1: ["1 号磅", "scale 1"], waitsN: ["本机待传 {n} 条", "{n} kept here"], view: ["查看", "View"], more: ["再显示 {n} 车", "{n} more trucks"], find: ["按车牌查找", "Find a plate"], noMatch: ["没有匹配的车牌。", "No plate matches."],
  // Steps: what a truck is ready for, and the button that does it
  "ready_check-radiation": ["待测辐射", "Radiation check"], "do_check-radiation": ["测辐射", "Check radiation"], ready_call: ["待呼叫", "Waits for its call"], do_call: ["呼叫过磅", "Call to the scale"],
  "ready_weigh-gross": ["可称毛重", "Ready for gross"], "do_weigh-gross": ["称毛重", "Weigh gross"], "ready_weigh-tare": ["可称皮重", "Ready for tare"], "do_weigh-tare": ["称皮重", "Weigh tare"],
  ready_inspect: ["待检查", "Waits for inspection"], do_inspect: ["检查", "Inspect"], ready_grade: ["待判级", "Waits for grading"], do_grade: ["判级", "Grade"], ready_unload: ["待卸货", "Waits for unloading"], do_unload: ["卸货", "Unload"],
  ready_ticket: ["待出磅单", "Ready for the ticket"], do_ticket: ["出磅单", "Issue the ticket"], ready_delivery: ["待出送货单", "Ready for the delivery note"], do_delivery: ["出送货单", "Issue the delivery note"], ready_receipt: ["待收货", "Ready for the receipt"], do_receipt: ["收货", "Accept the load"],
  ready_exit: ["可出场", "May leave"], do_exit: ["出场", "Let it leave"], "ready_decide-hold": ["待主管裁决", "Held: supervisor decides"], "do_decide-hold": ["主管裁决", "Decide"], ready_renew: ["超时在场", "Stay expired"], do_renew: ["续期", "Renew"], ready_void: ["须作废", "To be voided"], do_void: ["作废", "Void"],
  step_arrived: ["到场", "Arrived"], "step_check-radiation": ["辐射", "Radiation"], step_call: ["呼叫", "Called"], "step_weigh-gross": ["毛重", "Gross"], "step_weigh-tare": ["皮重", "Tare"], step_inspect: ["检查", "Inspected"], step_grade: ["判级", "Graded"], step_unload: ["卸货", "Unloaded"], step_ticket: ["磅单", "Ticket"], step_delivery: ["送货单", "Note"], step_receipt: ["收货", "Receipt"], step_exit: ["出场", "Left"],
  now: ["现在", "now"], held: ["暂扣", "held"],
  kind_RECEIVING: ["送废钢来", "Brings scrap"], kind_LOADING: ["装货出场", "Takes scrap to a plant"], kind_UNLOADING: ["交货到厂", "Delivers to the plant"],
  // Weighing
  gross: ["毛重", "gross"], tare: ["皮重", "tare"], check: ["复核", "check"], Gross: ["毛重", "Gross"], Tare: ["皮重", "Tare"], Check: ["复核称重", "Check"], net: ["净重", "Net"],
  record: ["记录{pass} {kg}", "Record {pass} {kg}"], attestSmall: ["点击即确认：整车在秤上，无人在车上", "By tapping you attest: the whole truck is on the deck, nobody in it"], recording: ["正在记录…", "Recording…"],
  wait_still: ["已停稳 {s}，还需 {left}", "Still for {s}, {left} to go"], wait_empty: ["请车辆上秤", "Waiting for the truck"], wait_silent: ["仪表无信号", "The indicator is silent"], wait_cut: ["平板未连边缘机", "No link to the edge unit"],
  lampStable: ["稳定", "Stable"], lampMoving: ["未稳", "Moving"], lampZero: ["零位", "Zero"], lampNotZero: ["非零", "Not at zero"], lampGross: ["毛重", "Gross mode"], lampNet: ["净重", "Net mode"], lampOver: ["超载", "Over"], lampNotOver: ["未超载", "Not over"], lampLink: ["链路正常", "Link live"], lampStale: ["链路迟滞", "Link stale"], lampDown: ["链路断开", "Link down"], lampUnknown: ["未知", "Unknown"],
  stillFor: ["{s}，极差 {kg}", "{s}, spread {kg}"], zeroBefore: ["上磅前 {kg}", "{kg} before"], zeroNow: ["秤台空", "deck empty"], zeroUnknown: ["上磅前未见零", "no zero seen before"], ago: ["{s}前", "{s} ago"], never: ["从未收到", "never heard"], noPreset: ["未去皮", "no preset tare"], noMax: ["按仪表", "by the indicator"],
  curve: ["重量曲线，0 → {kg}，{s}", "Weight curve, 0 → {kg} in {s}"], curveEmpty: ["重量曲线：车辆上秤后显示", "Weight curve: shows once a truck mounts"], curveGreen: ["绿色：静止窗口", "Green: stable window"], photosOnRecord: ["记录时自动拍照", "Taken when recorded"],
  silentTitle: ["仪表无信号", "The indicator is silent"], silentText: ["{s} 没有数据。不显示旧重量；请检查仪表与线路。", "No frame for {s}. An old weight is never shown. Check the indicator and its line."], cutTitle: ["平板未连接边缘机", "No link to the edge unit"], cutText: ["{at} 起没有实时重量。只能由两人人工录入，并标注“人工”。", "No live weight since {at}. A weight can only be typed by two people and is marked MANUAL."],
  typeWeight: ["人工录入", "Type the weight"], doneTitle: ["{pass} {kg} 已记录", "{pass} {kg} recorded"], heldTitle: ["此次称重暂扣", "This weighing is held"], heldText: ["记录已保存，但未生效。由主管裁决：放行、拒绝或重称。", "It is kept but not in effect. A supervisor releases it, refuses it, or has the truck weighed again."], refusedTitle: ["未记录", "Not recorded"],
  checksPassed: ["{n} 项核查通过", "{n} controls passed"], checksUnknown: ["{n} 项未知", "{n} not known"], limit: ["限值 {limit}", "limit {limit}"], value: ["实测 {value}", "found {value}"],
  PASS: ["通过", "passed"], FLAG: ["标记", "flagged"], HOLD: ["暂扣", "held"], BLOCK: ["禁止", "blocked"], UNKNOWN: ["未知", "not known"],
  C1: ["上磅前空秤归零", "Deck empty before mounting"], C2: ["车辆位置", "Position on the deck"], C3: ["秤上只有一车", "One vehicle on the deck"], C4: ["稳定重量", "Stable weight"], C5: ["重量曲线", "Weight curve"], C6: ["离秤过程", "Leaving the deck"], C7: ["皮重历史", "Tare history"], C8: ["两次称重间隔", "Between the weighings"], C9: ["一车一单", "One open load per truck"], C10: ["前后同一车辆", "Same vehicle both times"],
  C11: ["照片", "Photographs"], C12: ["人工干预率", "Overrides"], C13: ["衡器状态", "Instrument"], C14: ["复称抽查", "Check weighing"], C15: ["人员与车辆搭配", "Pairing of people and trucks"], C16: ["重量来源", "Source of the weight"], C17: ["辐射与密闭容器", "Radiation and sealed vessels"], C18: ["已结案", "Concluded visits"], C19: ["时钟与序号", "Clock and sequence"], C20: ["个人信息", "Personal data"],
  LinkNotFresh: ["仪表无信号", "The indicator is silent"], Motion: ["车辆未停稳", "Still moving"], StillnessTooShort: ["正在等待静止", "Waiting for stillness"], TooFewFrames: ["正在等待静止", "Waiting for stillness"], NotIdentical: ["示值仍在变化", "The figure still changes"], BelowMinimum: ["请车辆上秤", "Waiting for the truck"], AboveMaximum: ["超过最大称量", "Above the largest load"], ZeroNotSeen: ["上磅前未见零位：请退下重上", "No zero seen before: drive off and on again"],
  NoWeight: ["没有可用重量", "No weight stated"], NotMultipleOfDivision: ["重量不是分度值的整数倍", "Not a multiple of the interval"], OutOfRange: ["超出量程", "Out of range"], Expanded: ["仪表处于扩展显示", "Expanded display"], NotZeroed: ["开机后未置零", "Not zeroed after power-up"], NotGross: ["仪表不在毛重状态", "The indicator does not show gross"], UnitNotKg: ["仪表单位不是 kg", "The indicator does not weigh in kg"], DivisionMismatch: ["分度值与登记不符", "The interval is not the registered one"], BadChecksum: ["数据校验错误", "The frame fails its check"], VerificationNotValid: ["检定已过期", "Verification has expired"],
  // Typed weight
  manualTitle: ["人工录入{pass}", "Typed {pass}"], manualMark: ["人工录入", "MANUAL"], manualHint: ["两人在场，照仪表显示录入。此重量在磅单、钢厂和银行处均标注“人工”。", "Two people read the indicator. The weight is marked MANUAL on the ticket, at the plant and at the bank."],
  manualWhy: ["原因", "Reason"], indicatorPhoto: ["仪表照片", "Photograph of the indicator"], secondPerson: ["第二人", "Second person"], noWitness: ["本平板上没有其他岗位的人登记。", "Nobody with another role is enrolled on this tablet."], recordManual: ["录入{pass} {kg}（人工）", "Record {pass} {kg}, MANUAL"], stepKg: ["仪表显示", "The indicator shows"], takePhoto: ["拍照", "Take a photograph"], retake: ["重拍", "Again"], needKg: ["先输入重量", "Enter the weight"], needReason: ["先选原因", "Choose the reason"], needPhoto: ["先拍照", "Take a photograph"], needWitness: ["第二人输入 PIN", "The second person enters the PIN"],
  LINK_CUT: ["平板未连边缘机", "No link to the edge unit"], INDICATOR_SILENT: ["仪表通讯中断", "The indicator's line is silent"], INDICATOR_FAULT: ["仪表故障", "Fault of the indicator"], POWER_CUT: ["停电", "Power cut"],
  // Arrival
  scanHint: ["对准二维码、条码或车牌", "Point at a QR code, a barcode or a plate"], readPhoto: ["拍照识别", "Read a photograph"], scan: ["扫码或拍车牌", "Scan code or plate"], gateCamera: ["用门岗摄像头", "Gate camera"], typePlate: ["输入车牌", "Type the plate"], stopScan: ["停止", "Stop"], noCamera: ["无法使用摄像头：{why}", "The camera cannot be used: {why}"], nothingRead: ["没有读到，请再试。", "Nothing was read. Try again."],
  plate: ["车牌", "Plate"], seller: ["送货方", "Seller"], carrier: ["承运方", "Carrier"], plantTo: ["收货钢厂", "Plant"], distance: ["运距", "Distance"], material: ["料种", "Material"], booking: ["预约", "Booking"], waybill: ["运单", "Waybill"], card: ["IC 卡", "Card"], openVisit: ["登记到场", "Open the visit"], choose: ["请选择", "Choose"], chooseWhat: ["请选择：{what}", "Choose: {what}"], walkIn: ["散户", "Walk-in seller"], readAs: ["识别为 {plate}，置信度 {p}", "Read as {plate}, {p} certain"], expired: ["{what} 已于 {on} 过期", "{what} expired on {on}"], otherPlace: ["该车在 {site} 尚未出场", "This truck is still at {site}"],
  heavy: ["重型废钢", "Heavy"], medium: ["中型废钢", "Medium"], light: ["小型废钢", "Light"], shredded: ["破碎料", "Shredded"], baled: ["打包块", "Baled"], bales: ["打包块", "Bales"], turnings: ["切屑", "Turnings"], alloy: ["合金钢", "Alloy"], cast: ["铸铁", "Cast iron"], mixed: ["统料", "Mixed"], province: ["省份", "Province"], delete: ["删除", "Delete"],
  // Radiation
  radiationTitle: ["辐射检测", "Radiation check"], background: ["本底（5 次）", "Background, five readings"], backgroundN: ["本底 {n}", "Background {n}"], maxReading: ["最高读数", "Highest reading"], alarmLevel: ["报警值", "Alarm level"], rescanN: ["复测 {n}", "Re-scan {n}"], meter: ["检测仪", "Meter"], calibratedTo: ["校准有效至", "Calibrated to"], fromBefore: ["沿用 {at} 的本底", "Background of {at}"], measureAgain: ["重新测本底", "Measure again"], under: ["低于报警值：可以过磅", "Below the alarm level: may be weighed"], overAlarm: ["超过报警值：复测两次后裁定", "Above the alarm level: scan twice more, then decide"], OK: ["正常", "Clear"], NORM_RELEASE: ["天然放射性，放行", "Natural, released"], HOLD_R: ["扣留", "Hold"], NOTIFY: ["扣留并上报环保", "Hold and notify the authority"], radiationStop: ["不得过磅、卸货或退回；隔离并通知生态环境部门。", "Not weighed, not unloaded, not sent back. Isolate, and notify the environment authority."], decide: ["判定", "Decision"],
  // Inspection, grade, unloading
  inspectTitle: ["到货检查", "Inspection"], vessels: ["密闭容器、气瓶、爆炸物", "Sealed vessels, cylinders, explosives"], vesselsNone: ["未发现", "None found"], vesselsFound: ["发现", "Found"], vesselsStop: ["取出之前不得卸货。", "Not unloaded before it is taken out."], remark: ["备注", "Remark"], photographs: ["照片", "Photographs"], addPhoto: ["加照片", "Add a photograph"], noPhotos: ["还没有照片", "No photograph yet"], photoKept: ["存于本机", "kept here"], inspected: ["检查完毕", "Inspection done"],
  gradeTitle: ["判级", "Grading"], grade: ["牌号", "Grade"], allGrades: ["全部牌号", "All grades"], shares: ["各牌号份额", "Shares of the load"], sum100: ["合计 100 %", "sum 100 %"], inclusions: ["夹杂物", "Inclusions"], inclusionsHint: ["土、胶、木等非金属占比", "soil, rubber, wood and the like"], why: ["原因", "Reason"], decideGrade: ["定级 {grade}", "Decide {grade}"], HRS: ["重型", "heavy"], MRS: ["中型", "medium"], LRS: ["小型", "light"], SRS: ["破碎", "shredded"], BRS: ["包块", "baled"], ARS: ["合金", "alloy"], CRS: ["铸铁", "cast"], chooseGrade: ["先选牌号", "Choose a grade"],
  unloadTitle: ["卸货地点", "Place of unloading"], unloadedAt: ["卸在 {place}", "Unloaded at {place}"], bay: ["{n} 号位", "Bay {n}"], choosePlace: ["先选地点", "Choose the place"],
  // Ticket
  ticketTitle: ["出磅单", "The ticket"], rejected: ["拒收", "Sent back"], reasonFor: ["原因", "Reason"], deductions: ["扣重", "Deductions"], addDeduction: ["加一项扣重", "Add a deduction"], accepted: ["接收量", "Accepted"], deducted: ["扣重", "Deducted"], settlement: ["结算重量", "Settlement mass"], issue: ["出磅单 {kg}", "Issue the ticket, {kg}"], KG: ["按重量", "By mass"], IMPURITY: ["杂质", "Impurity"], PCT: ["按比例", "By share"], MOISTURE: ["水分", "Moisture"], remove: ["去掉", "Remove"], onePercent: ["按比例的扣重只能有一项。", "At most one deduction by share."], whatComesOut: ["结果", "What comes out"],
  SOIL: ["泥土", "Soil"], NONMETAL: ["胶木塑料等", "Rubber, wood, plastics"], OIL: ["油污", "Oil"], PLAIN: ["非钢金属", "Other metal"], DOUBLE: ["渣矿（双倍）", "Slag or ore, twice"], ADULTERATION: ["掺假", "Adulteration"], OTHER: ["其他", "Other"], WRONG_GRADE: ["牌号不符", "Wrong grade"], HAZARD: ["危险品", "Hazardous"], NOT_SCRAP: ["不是废钢", "Not scrap"],
  numberLater: ["恢复连接后由边缘机编号。", "The edge unit draws the number once it is reached."], ticketNo: ["磅单号", "Ticket no."], print: ["打印", "Print"], printA4: ["打印 A4", "Print A4"], print80: ["打印 80 mm", "Print 80 mm"], noTickets: ["今日还没有磅单", "No ticket today"], noTicketsHint: ["出具的磅单会列在这里，可补打。", "Tickets that are issued appear here and can be reprinted."], status_issued: ["已出具", "issued"], status_void: ["已作废", "void"], pending: ["待上传", "to upload"], printed: ["已送打印：{edition}", "Sent to print: {edition}"],
  voidTitle: ["作废", "Void the visit"], voidHint: ["不可撤销：出具作废磅单，编号保留。", "It cannot be taken back: a void ticket keeps its number."], voidWeighing: ["作废此次称重", "Void this weighing"], voidIt: ["作废", "Void"], NOT_UNLOADED: ["未卸货离开", "Left without unloading"], ENTERED_WRONGLY: ["录入有误", "Entered wrongly"], SELLER_WITHDREW: ["卖方撤回", "The seller withdrew"], WRONG_TRUCK: ["车辆不符", "Wrong truck"], exitTitle: ["出场", "Exit"], exitIt: ["放行出场", "Let it leave"],
  // Holds
  holdsTitle: ["{n} 项待裁决", "{n} wait for a decision"], noHolds: ["没有暂扣的称重", "No weighing is held"], noHoldsHint: ["被控制规则暂扣的称重会列在这里，由主管裁决。", "Weighings that a control holds appear here for the supervisor."], RELEASE: ["放行", "Release"], REFUSE: ["拒绝", "Refuse"], REWEIGH: ["重称", "Weigh again"], decideBy: ["由谁裁决", "Who decides"], supervisorPin: ["主管输入 PIN", "The supervisor enters the PIN"], heldBecause: ["暂扣原因", "Held because"],
  SEEN_AND_CONFIRMED: ["已查看车货，重量属实", "Load and truck seen, weight confirmed"], SECOND_SCALE: ["另一台磅已核实", "Confirmed on a second scale"], VEHICLE_CHANGED: ["车辆或挂车有变动", "Truck or trailer was changed"], DELAY_KNOWN: ["间隔原因已知", "The delay is explained"], SENSOR_FAULT: ["传感器或仪表故障", "Fault of a sensor or the indicator"], WRONG_POSITION: ["停车位置不对", "The truck did not stand right"], SUSPECTED_FRAUD: ["疑似作弊", "Suspected fraud"], noSupervisor: ["本平板没有可裁决的主管登记。", "No supervisor is enrolled on this tablet."],
  // Outputs and sync
  noOutputs: ["本站没有道闸或信号灯", "This site has no barriers or lights"], noOutputsHint: ["接入后，其状态显示在这里。", "Once connected, their state is shown here."], stateNow: ["当前状态", "State now"],
  out_link: ["控制器", "Controller"], out_phase: ["秤台", "Deck"], out_entry_light: ["入口信号灯", "Light at the entry"], out_entry_barrier: ["入口道闸", "Barrier at the entry"], out_exit_light: ["出口信号灯", "Light at the exit"], out_exit_barrier: ["出口道闸", "Barrier at the exit"], out_display: ["显示屏", "Display"], out_front_clear: ["前端光栅", "Front beam"], out_back_clear: ["后端光栅", "Back beam"], out_loop: ["地感线圈", "Loop"], out_override: ["手动控制", "Set by hand"],
  RED: ["红灯", "red"], GREEN: ["绿灯", "green"], OPEN: ["开启", "open"], CLOSED: ["关闭", "closed"], EMPTY: ["空", "empty"], ON_DECK: ["有车", "truck on it"], WEIGHED: ["已称重", "weighed"], LEAVING: ["车辆下秤", "truck leaving"], beamClear: ["无遮挡", "clear"], beamBroken: ["被遮挡", "broken"],
  syncTitle: ["同步状态", "What is where"], tabletEdge: ["平板 → 边缘机", "Tablet → edge unit"], edgeServer: ["边缘机 → 服务器", "Edge unit → server"], up: ["已连接", "connected"], down: ["断开", "cut"], since: ["{at} 起", "since {at}"], lastUpload: ["最近上传 {at}", "last upload {at}"], queuedN: ["待上传 {n} 条", "{n} to upload"], heldN: ["服务器暂扣 {n} 条，由主管在网页处理", "{n} held at the server, for the supervisor"], keptN: ["本机 {n} 条", "{n} on this tablet"], allSent: ["全部已上传", "Everything is sent"], refusedRows: ["未被接受", "Not accepted"], tryAgain: ["再试", "Try again"], letGo: ["放弃", "Let it go"], sendNow: ["立即上传", "Send now"], storageKept: ["浏览器承诺长期保存", "The browser keeps what is stored"], storageMay: ["浏览器可能清除存储：请把应用装到桌面", "The browser may clear what is stored: install the app"],
  "visit.opened": ["到场", "Arrival"], "radiation.checked": ["辐射检测", "Radiation check"], "visit.called": ["呼叫", "Call"], "weighing.typed": ["人工重量", "Typed weight"], "weighing.voided": ["作废称重", "Voided weighing"], "photograph.added": ["照片", "Photograph"], "visit.inspected": ["检查", "Inspection"], "grade.decided": ["判级", "Grade"], "visit.unloaded": ["卸货", "Unloading"], "ticket.issued": ["磅单", "Ticket"], "ticket.voided": ["作废磅单", "Void ticket"], "ticket.printed": ["打印", "Print"], "visit.exited": ["出场", "Exit"], "hold.decided": ["裁决", "Decision"], "delivery.issued": ["送货单", "Delivery note"], "receipt.issued": ["收货单", "Plant receipt"],
  // Delivery and receipt
  lots: ["取自料批", "Taken from lots"], lotsLeft: ["还差 {kg}", "{kg} to go"], lotHas: ["现有 {kg}", "holds {kg}"], issueNote: ["出送货单 {kg}", "Issue the note, {kg}"], accept: ["收货 {kg}", "Accept {kg}"],
  // Cameras and figures
  front: ["车头", "Front"], rear: ["车尾", "Rear"], load: ["料面", "Load"], tablet: ["平板", "Tablet"], clear: ["清除", "Clear"], digits: ["数字键", "Digits"], seconds: ["{n} 秒", "{n} s"], minutes: ["{n} 分钟", "{n} min"], none: ["无", "none"], LIVE: ["实时", "LIVE"], MANUAL: ["人工", "MANUAL"], SIM: ["模拟", "SIM"], REPLAY: ["回放", "REPLAY"], stored: ["存档皮重", "stored tare"], weighings: ["称重记录", "Weighings"], facts: ["资料", "Facts"], actionsMore: ["其他操作", "Other steps"],
};

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
