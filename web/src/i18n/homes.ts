// The texts of sources, catalog and entity pages come with those pages, not with the first one.
import { addTexts } from './index'
import { homesEn } from './homes.en'
import { homesZh } from './homes.zh-CN'

addTexts({ 'zh-CN': homesZh, en: homesEn })
