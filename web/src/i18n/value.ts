// The texts of value cases, quotes, documents and promises come with those tabs, not with the first page.
import { addTexts } from './index'
import { valueEn } from './value.en'
import { valueZh } from './value.zh-CN'

addTexts({ 'zh-CN': valueZh, en: valueEn })
