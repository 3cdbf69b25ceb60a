// The texts of reconnaissance come with the pages that show it.
import { addTexts } from './index'
import { reconEn } from './recon.en'
import { reconZh } from './recon.zh-CN'

addTexts({ 'zh-CN': reconZh, en: reconEn })
