// Package access knows the people of one workspace: who they are, how they prove
// it, and what they may see and do. It implements the lake's Policy.
//
// Person: someone in the users directory. A person without a role is in the
// directory only (a file named them as an owner) and can't sign in until invited.
// Team: a group of people; scope "team" reaches the records of all of them.
// Role: what a person may do. Scope: whose records a person sees and changes.
// Mask: a field that some roles see only as "there is something".
//
// Proofs of identity, each kept as a SHA-256 only: a session (a browser, ended by
// sign-out, idleness or age), a token (a program, "hw_…"), a link (signs in once).
//
// Everything is written through lake.Registry first and then to memory, so a
// request is authenticated from memory, and a change acts on the next request.
// Where several nodes share the registry, each is told what the others write and looks
// again at just that; without a connection it looks at everything when it is back. A
// session or token that a node doesn't know is looked up before it is refused. A change
// of one person starts from what the registry holds at that moment, and changes that
// depend on the whole directory (an e-mail address is free, an owner remains) are made by
// one node at a time. Only the slowing down of guesses is each node's own.
//
// Each change leaves an audit entry; the entry is written before the change.
package access
