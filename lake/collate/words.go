package collate

// usual corrects the reading that a character has most often in names of firms,
// places and people, where the data begins with a rarer one.
var usual = []string{"都dū", "长cháng", "佛fó", "藏cáng", "得dé", "和hé", "卡kǎ", "的de"}

// words lists what is read otherwise than its characters alone. A single character is
// a surname and counts only at the beginning of a person's name.
var words = []string{
	"重庆 chóng qìng", "重启 chóng qǐ", "重新 chóng xīn", "重组 chóng zǔ", "重构 chóng gòu", "重阳 chóng yáng", "重复 chóng fù",
	"厦门 xià mén", "银行 yín háng", "行业 háng yè", "商行 shāng háng", "央行 yāng háng", "招行 zhāo háng", "工行 gōng háng",
	"建行 jiàn háng", "农行 nóng háng", "中行 zhōng háng", "交行 jiāo háng", "分行 fēn háng", "支行 zhī háng", "总行 zǒng háng",
	"车行 chē háng", "行长 háng zhǎng", "投行 tóu háng", "琴行 qín háng", "洋行 yáng háng",
	"音乐 yīn yuè", "乐器 yuè qì", "会计 kuài jì", "六安 lù ān", "蚌埠 bèng bù", "丽水 lí shuǐ", "番禺 pān yú", "东莞 dōng guǎn",
	"台州 tāi zhōu", "天台 tiān tāi", "洪洞 hóng tóng", "浒墅关 xǔ shù guān", "荥阳 xíng yáng", "铅山 yán shān", "乐清 yuè qīng",
	"乐山 lè shān", "西藏 xī zàng", "藏族 zàng zú", "藏药 zàng yào", "朝阳 cháo yáng", "朝晖 zhāo huī", "今朝 jīn zhāo",
	"成长 chéng zhǎng", "市长 shì zhǎng", "董事长 dǒng shì zhǎng", "校长 xiào zhǎng", "院长 yuàn zhǎng", "部长 bù zhǎng",
	"局长 jú zhǎng", "处长 chǔ zhǎng", "科长 kē zhǎng", "厂长 chǎng zhǎng", "店长 diàn zhǎng", "组长 zǔ zhǎng", "增长 zēng zhǎng",
	"家长 jiā zhǎng", "首都 shǒu dū", "单位 dān wèi", "单县 shàn xiàn", "解放 jiě fàng", "解决 jiě jué", "区块 qū kuài", "区域 qū yù", "区长 qū zhǎng",
	"任务 rèn wù", "任职 rèn zhí", "查询 chá xún", "查验 chá yàn", "朴素 pǔ sù", "调研 diào yán", "调查 diào chá", "调度 diào dù",
	"传记 zhuàn jì", "传奇 chuán qí", "吐鲁番 tǔ lǔ fān", "阿胶 ē jiāo", "东阿 dōng ē", "柏林 bó lín", "降解 jiàng jiě",
	"数数 shǔ shù", "参差 cēn cī", "人参 rén shēn", "党参 dǎng shēn", "兴奋 xīng fèn", "高兴 gāo xìng", "兴趣 xìng qù",
	"子弹 zǐ dàn", "炸弹 zhà dàn", "弹性 tán xìng", "种植 zhòng zhí", "种业 zhǒng yè", "发型 fà xíng", "理发 lǐ fà", "美发 měi fà",
	"率先 shuài xiān", "率领 shuài lǐng", "省亲 xǐng qīn", "模具 mú jù", "模样 mú yàng", "曾经 céng jīng", "澄城 chéng chéng",
	"中标 zhòng biāo", "差旅 chāi lǚ", "出差 chū chāi", "校对 jiào duì", "校准 jiào zhǔn", "一卡通 yī kǎ tōng", "关卡 guān qiǎ",
	"尉迟 yù chí", "万俟 mò qí", "长孙 zhǎng sūn", "单于 chán yú",
	"单 shàn", "曾 zēng", "仇 qiú", "解 xiè", "任 rén", "查 zhā", "区 ōu", "朴 piáo", "翟 zhái", "缪 miào", "覃 qín", "冼 xiǎn",
}
