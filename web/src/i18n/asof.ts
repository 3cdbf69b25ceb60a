// The texts of looking at the past come when somebody does.
import { addTexts } from './index'
import { asofEn } from './asof.en'
import { asofZh } from './asof.zh-CN'

addTexts({ 'zh-CN': asofZh, en: asofEn })
