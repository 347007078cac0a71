// Every word of the page, in both languages side by side.
const words = {
  skip: ['Skip to content', '跳到正文'],
  runs: ['Runs', '训练'],
  runCount: [n => `${n} ${n === 1 ? 'run' : 'runs'}`, n => `${n} 个训练`],
  noRuns: ['No run folder here yet. A run appears as soon as its training writes metrics.jsonl.', '这里还没有训练文件夹。训练一旦写入 metrics.jsonl，就会出现在这里。'],
  run: ['run', '训练'], verdict: ['verdict', '判断'], updates: ['updates', '更新次数'], update: ['update', '更新'],
  loss: ['masked loss', '掩码损失'], bits: ['bits', '比特'], lossBits: ['masked loss (bits)', '掩码损失（比特）'],
  validLoss: ['validation', '验证'], accuracy: ['masked accuracy', '掩码准确率'], lastWrite: ['last line', '最近一行'],
  compare: ['Compare', '对比'], compareChosen: [n => n < 2 ? 'Compare (choose two or more)' : `Compare ${n} runs`, n => n < 2 ? '对比（请选两个以上）' : `对比 ${n} 个训练`],
  choose: [name => `Choose ${name} for comparison`, name => `选择 ${name} 进行对比`],
  normal: ['normal', '正常'], too_early: ['too early to tell', '为时尚早'], watch: ['watch', '需留意'], broken: ['broken', '异常'], noVerdict: ['not judged', '未判断'], judging: ['being read …', '正在读取…'],
  info: ['note', '说明'], possible: ['possible', '可能'], likely: ['likely', '很可能'], certain: ['certain', '确定'],
  missing: ['not logged', '未记录'], noLog: ['no log yet', '尚无日志'],
  live: ['live', '实时'], offline: ['not connected', '未连接'], connecting: ['connecting …', '连接中…'],
  theme: [mode => ({ auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' })[mode], mode => ({ auto: '主题：跟随系统', light: '主题：浅色', dark: '主题：深色' })[mode]],
  otherLanguage: ['中文', 'English'],
  isNormal: ['Is the loss normal?', '损失正常吗？'], findings: ['findings', '发现'],
  chance: ['chance', '随机水平'], unigram: ['label entropy', '标签熵'], band: ['reference runs', '参考训练'], bandWhy: [(low, high) => `reference runs of like length and clusters: ${low} to ${high} of chance`, (low, high) => `长度与聚类数相近的参考训练：随机水平的 ${low} 至 ${high}`],
  train: ['training', '训练'], valid: ['validation', '验证'], curves: ['Curves', '曲线'],
  masked: ['masked frames', '掩码帧'], unmasked: ['unmasked frames', '未掩码帧'], accuracyTitle: ['accuracy', '准确率'],
  parts: ['parts of the loss (bits)', '损失的组成（比特）'], whole: ['whole loss', '总损失'], penalty: ['features penalty', '特征惩罚'],
  languages: ['masked loss by language (bits)', '各语言的掩码损失（比特）'], gnorm: ['gradient norm', '梯度范数'], lr: ['learning rate', '学习率'], scale: ['loss scale', '损失缩放'],
  machine: ['Machine', '机器'], step: ['time per update', '每次更新用时'], stepS: ['time per update (s)', '每次更新用时（秒）'], audioRate: ['audio per second (s)', '每秒训练的音频（秒）'], audioRateShort: ['audio-s/s', '音频秒/秒'],
  memory: ['peak memory', '内存峰值'], memoryMib: ['peak memory (MiB)', '内存峰值（MiB）'], skipped: ['skipped updates', '跳过的更新'],
  environment: ['Environment', '环境'], starts: ['starts', '次启动'], configuration: ['Configuration', '配置'], noEnvironment: ['environment.json is not there.', '没有 environment.json。'], noConfig: ['config.yaml is not there.', '没有 config.yaml。'],
  listen: ['Listen', '试听'], split: ['split', '划分'], search: ['find', '查找'], searchHint: ['part of the path', '路径的一部分'],
  of: [(from, to, all) => `${from}–${to} of ${all}`, (from, to, all) => `${from}–${to}，共 ${all}`], none: ['none', '无'], previous: ['Previous', '上一页'], next: ['Next', '下一页'],
  pickUtterance: ['Choose an utterance to hear it and see its cluster labels.', '选择一条语句以试听并查看其聚类标签。'],
  notPlayable: ['Browsers do not play this format as it is; its labels are below.', '浏览器无法直接播放此格式；标签见下。'],
  notFound: ['The audio cannot be played: it is not there, leaves the manifest\'s folder, passes a link, or is not what its name says.', '无法播放：文件不存在、超出清单的文件夹、经过链接，或内容与扩展名不符。'],
  timeline: [(frames, rate) => `cluster labels: ${frames} frames at ${rate} Hz`, (frames, rate) => `聚类标签：${frames} 帧，${rate} Hz`], clusterAt: [(c, s) => `cluster ${c} at ${s} s`, (c, s) => `${s} 秒处为聚类 ${c}`],
  predictions: ['The run folder holds no predictions of the model, so none are shown.', '训练文件夹中没有模型的预测，因此不显示。'],
  timelineHelp: ['Click, or arrow keys, to move in the audio.', '点击或用方向键在音频中移动。'],
  histogram: [(used, all) => `frames per cluster, sorted: ${used} of ${all} clusters are in use`, (used, all) => `每个聚类的帧数（已排序）：${all} 个聚类中有 ${used} 个被使用`],
  metric: ['figure', '指标'], relative: ['as a share of chance', '相对随机水平'], relativeLoss: ['masked loss / chance', '掩码损失 / 随机水平'], showValid: ['validations too', '同时显示验证'],
  back: ['all runs', '全部训练'], comparison: ['Comparison', '对比'], noData: ['No line of the log has this.', '日志中没有此项。'], zoomHelp: ['drag to zoom, double-click to reset', '拖动放大，双击还原'],
  unreadable: [n => `${n} damaged ${n === 1 ? 'line' : 'lines'} passed over`, n => `略过 ${n} 行损坏的日志`], thinned: ['every second line left out on the server to save memory', '为节省内存，服务器只保留每隔一行'],
  gone: ['This run is not there any more.', '此训练已不存在。'], failed: ['The server does not answer.', '服务器没有响应。'],
  ago: [s => s < 90 ? `${Math.max(0, Math.round(s))} s ago` : s < 5400 ? `${Math.round(s / 60)} min ago` : s < 172800 ? `${Math.round(s / 3600)} h ago` : `${Math.round(s / 86400)} d ago`,
    s => s < 90 ? `${Math.max(0, Math.round(s))} 秒前` : s < 5400 ? `${Math.round(s / 60)} 分钟前` : s < 172800 ? `${Math.round(s / 3600)} 小时前` : `${Math.round(s / 86400)} 天前`],
  zh: ['Mandarin', '普通话'], en: ['English', '英语'], clusters: ['clusters', '聚类数'],
  explained: ['bits explained', '已解释比特'], chartOf: [(name, n) => `Chart: ${name}, ${n} curves. The latest values stand below it.`, (name, n) => `图：${name}，${n} 条曲线。最新数值见图下。`],
};

export let language = 'en';
export function setLanguage(tag) { language = tag === 'zh' ? 'zh' : 'en'; document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'; }
export function t(key, ...values) { const text = words[key][language === 'zh' ? 1 : 0]; return typeof text === 'function' ? text(...values) : text; }
export const has = key => key in words;
export const number = (value, digits = 3) => value === null || value === undefined ? null : typeof value === 'string' ? value : Number.isInteger(value) && digits === 0 ? value.toLocaleString('en') : value.toFixed(digits);
export const precise = value => value === null || value === undefined ? t('missing') : value === 0 ? '0' : Math.abs(value) < 1e-2 || Math.abs(value) >= 1e6 ? value.toExponential(2) : Number(value.toPrecision(4)).toString();
export const percent = value => typeof value === 'number' ? `${(value * 100).toFixed(1)} %` : null;
