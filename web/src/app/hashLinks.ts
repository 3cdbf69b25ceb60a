// One-time links may carry their code behind a hash, where no server log sees it. The
// address is put right before the router reads it.
if (location.hash.startsWith('#/sign-in')) history.replaceState(null, '', location.hash.slice(1))

export {}
