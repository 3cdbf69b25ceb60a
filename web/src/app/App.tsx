import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useLayoutEffect, useMemo } from 'react'
import { RouterProvider } from 'react-router/dom'
import { Disconnected, Problem } from '../api/problem'
import { I18nProvider, useI18n } from '../i18n'
import { antdTheme } from '../theme/antd'
import { ThemeProvider, useTheme } from '../theme/ThemeProvider'
import { router } from './routes'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => (error instanceof Disconnected ? count < 20 : error instanceof Problem ? error.status >= 500 && error.status !== 501 && count < 1 : false),
      retryDelay: 800,
    },
    mutations: { retry: (count, error) => error instanceof Disconnected && count < 20, retryDelay: 800 },
  },
})

export function App() {
  return (
    <ThemeProvider>
      <I18nProvider>
        <QueryClientProvider client={client}>
          <Styled />
        </QueryClientProvider>
      </I18nProvider>
    </ThemeProvider>
  )
}

function Styled() {
  const { name, still } = useTheme()
  const { language } = useI18n()
  const theme = useMemo(() => antdTheme(name, still), [name, still])
  useLayoutEffect(() => void dayjs.locale(language === 'en' ? 'en' : 'zh-cn'), [language])
  return (
    <ConfigProvider theme={theme} locale={language === 'en' ? enUS : zhCN} wave={{ disabled: true }} button={{ autoInsertSpace: false }}>
      <AntApp message={{ maxCount: 2, top: 52 }} style={{ height: '100%', font: 'inherit', color: 'inherit' }}>
        <RouterProvider router={router} />
      </AntApp>
    </ConfigProvider>
  )
}
