// The texts of profiles, reviews and look-alikes come with the pages that show them.
import { addTexts } from './index'
import { profileEn } from './profile.en'
import { profileZh } from './profile.zh-CN'

addTexts({ 'zh-CN': profileZh, en: profileEn })
