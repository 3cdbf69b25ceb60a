import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import './theme/base.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
// Old one-time links carried their code behind a hash.
if (location.hash.startsWith('#/sign-in')) history.replaceState(null, '', location.hash.slice(1))
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
