// The stories, one after the other in one browser.
import './reading.mjs'
import './working.mjs'
import './branches.mjs'
import './imports.mjs'
import './homes.mjs'
import './past.mjs'
import './profile.mjs'
import './needs.mjs'
