// The texts of knowledge packs come with their pages.
import { addTexts } from './index'
import { packsEn } from './packs.en'
import { packsZh } from './packs.zh-CN'

addTexts({ 'zh-CN': packsZh, en: packsEn })
