package recon

import "strings"

// hoster runs mail for others. Its hosts end in one of the suffixes.
type hoster struct {
	name     string
	gateway  bool // filters mail for somebody else's mailboxes
	suffixes []string
}

// hosters are who commonly takes the mail of firms, by the hosts in their published
// instructions for MX records.
var hosters = []hoster{
	{"腾讯企业邮箱 Tencent Exmail", false, []string{"mxbiz1.qq.com", "mxbiz2.qq.com", "exmail.qq.com", "mx.work.weixin.qq.com"}},
	{"阿里企业邮箱 Alibaba Mail", false, []string{"mxhichina.com", "qiye.aliyun.com", "sg.aliyun.com", "mx.aliyun.com", "mail.aliyun.com"}},
	{"网易企业邮箱 NetEase", false, []string{"mxmail.netease.com", "qiye.163.com", "ym.163.com", "qiye163.com"}},
	{"263 企业邮箱 263 Mail", false, []string{"263.net", "263xmail.com", "net263.com"}},
	{"飞书邮箱 Feishu or Lark", false, []string{"feishu.cn", "larksuite.com", "larkoffice.com"}},
	{"新浪企业邮箱 Sina", false, []string{"sina.net", "sina.com.cn"}},
	{"搜狐企业邮箱 Sohu", false, []string{"sohu.net", "sohu.com"}},
	{"Coremail 云 Coremail Cloud", false, []string{"icoremail.net", "coremail.cn", "cmmail.cn"}},
	{"三五互联 35.com", false, []string{"35.com", "35.cn"}},
	{"新网 Xinnet", false, []string{"xinnet.com", "xinnetdns.com", "xinnet.cn"}},
	{"中国电信 21CN", false, []string{"21cn.com", "21cn.net", "189.cn"}},
	{"中国移动 139", false, []string{"10086.cn", "139.com"}},
	{"全球邮 Global Mail", false, []string{"global-mail.cn", "globalmail.cn", "bossmail.cn"}},
	{"Microsoft 365", false, []string{"mail.protection.outlook.com", "mx.microsoft", "mail.eo.outlook.com", "olc.protection.outlook.com"}},
	{"Microsoft 365 世纪互联 (21Vianet)", false, []string{"mail.protection.partner.outlook.cn"}},
	{"Google Workspace", false, []string{"google.com", "googlemail.com", "gmr-smtp-in.l.google.com"}},
	{"Zoho Mail", false, []string{"zoho.com", "zoho.com.cn", "zoho.eu", "zoho.in", "zohomail.com"}},
	{"Yandex 360", false, []string{"yandex.net", "yandex.ru"}},
	{"VK WorkMail (Mail.ru)", false, []string{"mail.ru"}},
	{"Fastmail", false, []string{"messagingengine.com"}},
	{"Proton", false, []string{"protonmail.ch", "proton.me"}},
	{"iCloud+", false, []string{"mail.icloud.com"}},
	{"Amazon WorkMail", false, []string{"amazonaws.com"}},
	{"Rackspace", false, []string{"emailsrvr.com"}},
	{"GoDaddy", false, []string{"secureserver.net"}},
	{"OVH", false, []string{"mail.ovh.net", "ovh.net"}},
	{"IONOS", false, []string{"ionos.com", "ionos.de", "kundenserver.de", "1and1.com"}},
	{"Gandi", false, []string{"gandi.net"}},
	{"Namecheap", false, []string{"privateemail.com", "registrar-servers.com"}},
	{"Titan", false, []string{"titan.email"}},
	{"Hostinger", false, []string{"hostinger.com"}},
	{"STRATO", false, []string{"rzone.de"}},
	{"Infomaniak", false, []string{"infomaniak.ch", "infomaniak.com"}},
	{"mailbox.org", false, []string{"mailbox.org"}},
	{"Naver Works", false, []string{"worksmobile.com", "naver.com"}},
	{"Proofpoint", true, []string{"pphosted.com", "ppe-hosted.com"}},
	{"Mimecast", true, []string{"mimecast.com", "mimecast-offshore.com", "mimecast.co.za"}},
	{"Barracuda", true, []string{"barracudanetworks.com", "cudamail.com"}},
	{"Cisco Secure Email", true, []string{"iphmx.com"}},
	{"Symantec Email Security", true, []string{"messagelabs.com"}},
	{"Trend Micro", true, []string{"trendmicro.com", "trendmicro.eu"}},
	{"Sophos", true, []string{"hydra.sophos.com", "reflexion.net"}},
	{"Forcepoint", true, []string{"mailcontrol.com"}},
	{"Hornetsecurity", true, []string{"antispameurope.com", "hornetsecurity.com", "hornetdns.eu"}},
	{"Cloudflare", true, []string{"mx.cloudflare.net"}},
	{"SpamExperts", true, []string{"antispamcloud.com", "spamexperts.eu"}},
	{"Fortinet", true, []string{"fortimailcloud.com"}},
	{"TitanHQ", true, []string{"spamtitan.com"}},
}

// hosterOf finds who runs a host, nil when none of those known does.
func hosterOf(host string) *hoster {
	for i := range hosters {
		for _, s := range hosters[i].suffixes {
			if below(host, s) {
				return &hosters[i]
			}
		}
	}
	return nil
}

// mark recognises a product by what it says of itself.
type mark struct {
	product string
	words   []string // any of them, in small letters
}

// greetings are what mail servers greet with, special products before what they build on.
var greetings = []mark{
	{"Microsoft Exchange", []string{"microsoft esmtp mail service", "microsoft exchange", "x-exps", "x-anonymoustls", "xexch50"}},
	{"HCL Domino", []string{"domino"}},
	{"IMail", []string{"imail"}},
	{"Coremail", []string{"coremail"}},
	{"eYou", []string{"eyou"}},
	{"Winmail", []string{"winmail"}},
	{"TurboMail", []string{"turbomail"}},
	{"U-Mail", []string{"u-mail", "umail", "comingchina"}},
	{"Richmail", []string{"richmail"}},
	{"Anymacro", []string{"anymacro"}},
	{"MDaemon", []string{"mdaemon"}},
	{"Zimbra", []string{"zimbra"}},
	{"IceWarp", []string{"icewarp", "merak"}},
	{"Kerio Connect", []string{"kerio"}},
	{"CommuniGate Pro", []string{"communigate"}},
	{"GroupWise", []string{"groupwise"}},
	{"Oracle Messaging Server", []string{"oracle communications messaging", "sun java", "iplanet", "oracle-mail"}},
	{"SmarterMail", []string{"smartermail"}},
	{"MailEnable", []string{"mailenable"}},
	{"Axigen", []string{"axigen"}},
	{"hMailServer", []string{"hmailserver"}},
	{"XMail", []string{"xmail"}},
	{"Stalwart", []string{"stalwart"}},
	{"OpenSMTPD", []string{"opensmtpd"}},
	{"Haraka", []string{"haraka"}},
	{"Cisco Secure Email", []string{"ironport"}},
	{"Barracuda", []string{"barracuda"}},
	{"FortiMail", []string{"fortimail"}},
	{"Exim", []string{"exim"}},
	{"Sendmail", []string{"sendmail"}},
	{"Postfix", []string{"postfix"}},
	{"qmail", []string{"qmail"}},
}

// fronts are what the front pages of webmail show, in their headers or their text.
var fronts = []mark{
	{"Microsoft 365", []string{"outlook.office.com", "outlook.office365.com", "outlook.cloud.microsoft", "partner.outlook.cn"}},
	{"Microsoft Exchange", []string{"/owa/", "x-owa-version", "outlook web app", "x-feserver", "/owa"}},
	{"腾讯企业邮箱 Tencent Exmail", []string{"exmail.qq.com"}},
	{"阿里企业邮箱 Alibaba Mail", []string{"qiye.aliyun.com", "mxhichina.com"}},
	{"网易企业邮箱 NetEase", []string{"qiye.163.com", "ym.163.com", "entryhz.qiye", "mail.netease"}},
	{"263 企业邮箱 263 Mail", []string{"263.net", "263xmail"}},
	{"飞书邮箱 Feishu or Lark", []string{"feishu.cn", "larksuite.com"}},
	{"Google Workspace", []string{"mail.google.com", "accounts.google.com", "ghs.google"}},
	{"Zoho Mail", []string{"mail.zoho", "zoho.com"}},
	{"Coremail", []string{"coremail"}},
	{"eYou", []string{"eyou"}},
	{"Winmail", []string{"winmail"}},
	{"TurboMail", []string{"turbomail"}},
	{"U-Mail", []string{"u-mail", "umail"}},
	{"Richmail", []string{"richmail"}},
	{"Anymacro", []string{"anymacro"}},
	{"Zimbra", []string{"zimbra", "zm_test"}},
	{"Roundcube", []string{"roundcube", "rcmloginuser"}},
	{"SquirrelMail", []string{"squirrelmail"}},
	{"Horde", []string{"horde_", "/horde/"}},
	{"RainLoop", []string{"rainloop", "snappymail"}},
	{"SOGo", []string{"/sogo"}},
	{"HCL Domino", []string{"domino", "inotes", ".nsf"}},
	{"MDaemon", []string{"worldclient", "mdaemon"}},
	{"IceWarp", []string{"icewarp"}},
	{"Kerio Connect", []string{"kerio"}},
	{"CommuniGate Pro", []string{"communigate"}},
	{"GroupWise", []string{"groupwise"}},
	{"SmarterMail", []string{"smartermail"}},
	{"MailEnable", []string{"mailenable"}},
	{"Axigen", []string{"axigen"}},
	{"Open-Xchange", []string{"open-xchange", "appsuite"}},
	{"Synology MailPlus", []string{"mailplus"}},
	{"IMail", []string{"ipswitch", "imail web"}},
}

// recognised finds the first product whose word begins in the text, not within another word.
func recognised(text string, marks []mark) string {
	text = strings.ToLower(text)
	for _, m := range marks {
		for _, w := range m.words {
			if begins(text, w) {
				return m.product
			}
		}
	}
	return ""
}

func begins(text, word string) bool {
	letter := func(c byte) bool { return c >= 'a' && c <= 'z' }
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || !letter(word[0]) || !letter(text[at-1]) {
			return true
		}
		at++
	}
}

// selectors are the names under which keys of signatures commonly stand; others can't be
// found from outside.
var selectors = []string{"default", "dkim", "mail", "email", "s1", "s2", "k1", "k2", "key1", "google", "selector1", "selector2", "smtp", "mx", "s1024", "s2048", "aliyun-cn", "qq", "spop1024", "zoho"}

// doors are the names under which webmail commonly stands.
var doors = []string{"mail", "webmail", "owa", "email", "exchange"}
