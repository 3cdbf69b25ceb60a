// The texts of needs come with the pages that show them.
import { addTexts } from './index'
import { needsEn } from './needs.en'
import { needsZh } from './needs.zh-CN'

addTexts({ 'zh-CN': needsZh, en: needsEn })
