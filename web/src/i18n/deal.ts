// The texts of leading a deal come with its pages, not with the first one.
import { addTexts } from './index'
import { dealEn } from './deal.en'
import { dealZh } from './deal.zh-CN'

addTexts({ 'zh-CN': dealZh, en: dealEn })
