// The texts of nurture plans come with the tab that shows them.
import { addTexts } from './index'
import { nurtureEn } from './nurture.en'
import { nurtureZh } from './nurture.zh-CN'

addTexts({ 'zh-CN': nurtureZh, en: nurtureEn })
