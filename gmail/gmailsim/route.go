package gmailsim

import "net/http"

// route is one method of the Gmail API: Google's name, HTTP method and path, its price in quota units
// (new projects), and which scopes open it. Names, paths and scopes are those of the discovery
// document; a test holds them to it.
type route struct {
	id     string // without "gmail.users."
	method string
	path   string // after /gmail/v1/users/{userId}
	units  int
	scopes []scope
	handle func(*call) (any, error)
	upload bool // mail may also be posted under /upload
}

// name is the method as Google names it.
func (r *route) name() string { return "gmail.users." + r.id }

const root = "/gmail/v1/users/{userId}"

func routes() []route {
	const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	var (
		read      = []scope{Full, Modify, ReadOnly, Metadata}
		open      = []scope{Full, Modify, ReadOnly, Metadata, AddonRead, AddonMetadata, AddonAction}
		attach    = []scope{Full, Modify, ReadOnly, AddonRead, AddonAction}
		change    = []scope{Full, Modify}
		destroy   = []scope{Full}
		put1      = []scope{Full, Modify, Insert}
		labelRead = []scope{Full, Modify, ReadOnly, Metadata, Labels}
		labelEdit = []scope{Full, Modify, Labels}
		draftRead = []scope{Full, Modify, ReadOnly, Compose}
		draftEdit = []scope{Full, Modify, Compose, AddonCompose}
		send      = []scope{Full, Modify, Compose, AddonCompose, Send}
		profile   = []scope{Full, Modify, ReadOnly, Metadata, Compose}
		settings  = []scope{Full, Modify, ReadOnly, SettingsBasic}
	)
	return []route{
		{id: "getProfile", method: get, path: "/profile", units: 1, scopes: profile, handle: (*call).profile},
		{id: "watch", method: post, path: "/watch", units: 100, scopes: read, handle: (*call).watch},
		{id: "stop", method: post, path: "/stop", units: 50, scopes: read, handle: (*call).stop},
		{id: "history.list", method: get, path: "/history", units: 2, scopes: read, handle: (*call).historyList},

		{id: "messages.get", method: get, path: "/messages/{id}", units: 20, scopes: open, handle: (*call).messageGet},
		{id: "messages.list", method: get, path: "/messages", units: 5, scopes: read, handle: (*call).messageList},
		{id: "messages.modify", method: post, path: "/messages/{id}/modify", units: 5, scopes: change, handle: (*call).messageModify},
		{id: "messages.batchModify", method: post, path: "/messages/batchModify", units: 50, scopes: change, handle: (*call).messageBatchModify},
		{id: "messages.trash", method: post, path: "/messages/{id}/trash", units: 20, scopes: change, handle: (*call).messageTrash},
		{id: "messages.untrash", method: post, path: "/messages/{id}/untrash", units: 5, scopes: change, handle: (*call).messageUntrash},
		{id: "messages.delete", method: del, path: "/messages/{id}", units: 10, scopes: destroy, handle: (*call).messageDelete},
		{id: "messages.batchDelete", method: post, path: "/messages/batchDelete", units: 50, scopes: destroy, handle: (*call).messageBatchDelete},
		{id: "messages.send", method: post, path: "/messages/send", units: 100, scopes: send, handle: (*call).messageSend, upload: true},
		{id: "messages.import", method: post, path: "/messages/import", units: 25, scopes: put1, handle: (*call).messageImport, upload: true},
		{id: "messages.insert", method: post, path: "/messages", units: 25, scopes: put1, handle: (*call).messageInsert, upload: true},
		{id: "messages.attachments.get", method: get, path: "/messages/{messageId}/attachments/{id}", units: 20, scopes: attach, handle: (*call).attachmentGet},

		{id: "threads.get", method: get, path: "/threads/{id}", units: 40, scopes: open, handle: (*call).threadGet},
		{id: "threads.list", method: get, path: "/threads", units: 10, scopes: read, handle: (*call).threadList},
		{id: "threads.modify", method: post, path: "/threads/{id}/modify", units: 10, scopes: change, handle: (*call).threadModify},
		{id: "threads.trash", method: post, path: "/threads/{id}/trash", units: 20, scopes: change, handle: (*call).threadTrash},
		{id: "threads.untrash", method: post, path: "/threads/{id}/untrash", units: 10, scopes: change, handle: (*call).threadUntrash},
		{id: "threads.delete", method: del, path: "/threads/{id}", units: 20, scopes: destroy, handle: (*call).threadDelete},

		{id: "labels.list", method: get, path: "/labels", units: 1, scopes: labelRead, handle: (*call).labelList},
		{id: "labels.get", method: get, path: "/labels/{id}", units: 1, scopes: labelRead, handle: (*call).labelGet},
		{id: "labels.create", method: post, path: "/labels", units: 5, scopes: labelEdit, handle: (*call).labelCreate},
		{id: "labels.update", method: put, path: "/labels/{id}", units: 5, scopes: labelEdit, handle: (*call).labelUpdate},
		{id: "labels.patch", method: patch, path: "/labels/{id}", units: 5, scopes: labelEdit, handle: (*call).labelPatch},
		{id: "labels.delete", method: del, path: "/labels/{id}", units: 5, scopes: labelEdit, handle: (*call).labelDelete},

		{id: "drafts.create", method: post, path: "/drafts", units: 10, scopes: draftEdit, handle: (*call).draftCreate, upload: true},
		{id: "drafts.get", method: get, path: "/drafts/{id}", units: 20, scopes: draftRead, handle: (*call).draftGet},
		{id: "drafts.list", method: get, path: "/drafts", units: 5, scopes: draftRead, handle: (*call).draftList},
		{id: "drafts.update", method: put, path: "/drafts/{id}", units: 15, scopes: draftEdit, handle: (*call).draftUpdate, upload: true},
		{id: "drafts.send", method: post, path: "/drafts/send", units: 100, scopes: draftEdit, handle: (*call).draftSend, upload: true},
		{id: "drafts.delete", method: del, path: "/drafts/{id}", units: 10, scopes: draftEdit, handle: (*call).draftDelete},

		{id: "settings.sendAs.list", method: get, path: "/settings/sendAs", units: 1, scopes: settings, handle: (*call).sendAsList},
		{id: "settings.sendAs.get", method: get, path: "/settings/sendAs/{sendAsEmail}", units: 1, scopes: settings, handle: (*call).sendAsGet},
	}
}

func (s *Server) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range routes() {
		h := func(w http.ResponseWriter, req *http.Request) { s.serve(&r, w, req) }
		mux.HandleFunc(r.method+" "+root+r.path, h)
		if r.upload {
			mux.HandleFunc(r.method+" /upload"+root+r.path, h)
		}
	}
	s.accessRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { writeError(w, notFound()) })
	return mux
}
