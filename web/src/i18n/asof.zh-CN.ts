/** Texts of the menu of moments and of what the past says about itself. */
export const asofZh = {
  'asof.time': '日期与时间',
  'asof.goTime': '看这一刻',
  'asof.find': '查找修订：编号、谁、为什么、哪个实体',
  'asof.noneFound': '没有找到这样的修订。',
  'asof.bar': '{branch} 在版本 {rev} 的样子',
  'asof.barMoment': '{branch} 在版本 {rev}（{time}，{who}）的样子',
  'asof.why': '过去只能看，所以编辑、导入和批量操作都关着。',
  'asof.back': '回到现在',
  'asof.floatingTitle': '“{entity}”没有可以回看的过去',
  'asof.floatingText': '“{entity}”每次都直接读取来源此刻的数据，这里没有留下它以前的样子。建一个固定分支，就从现在起留住一份，以后随时可以对照。',
  'asof.pin': '建固定分支',
} as const
