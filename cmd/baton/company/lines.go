package company

// CustomerLines gives what customers may write next: first new mails, then
// the next mail in threads of Mail, then answers that fit any thread.
func CustomerLines() []Prompt {
	return []Prompt{
		{
			Label: "A question about a kettle", New: true,
			From: "Philippa Dunne <philippa@dunne.example>", To: "support@acme.test",
			subject: "Does the Ember kettle fit a camping stove",
			text: `Hello,

does the Ember kettle stand safely on the Firefly, or is the foot too wide?

Philippa Dunne
`,
		},
		{
			Label: "Somebody wants a refund", New: true,
			From: "Anton Brix <anton@brix.example>", To: "support@acme.test",
			subject: "Refund for a lantern, order 1218",
			text: `Good day,

the lantern flickers and I have packed it up again. I would like my money back.

Anton Brix
`,
		},
		{
			Label: "An angry customer", New: true,
			From: "Beatrix Stone <bea@stone.example>", To: "support@acme.test",
			subject: "Still no parcel. What are you doing there",
			text: `Nine days. Nine. You promised three. This is unacceptable, and I shall say so
wherever I am asked for stars.

B. Stone
`,
		},
		{
			Label: "A shop asks for wholesale terms", New: true,
			From: "Lars Emmerich <lars@hofladen-emmerich.example>", To: "sales@acme.test",
			subject: "Wholesale terms for a farm shop",
			text: `Dear Acme,

do you supply small shops? We think of ten mugs and ten plates a month, and would
like to see your wholesale terms.

Lars Emmerich
`,
		},
		{
			Label: "A picture of the damage", New: true, photo: true,
			From: "Chiara Monti <chiara@monti.example>", To: "support@acme.test",
			subject: "Il manico si è rotto",
			text: `Buongiorno,

il manico della padella si è rotto al secondo uso. Allego una foto. Che cosa
posso fare?

Chiara Monti
`,
		},
		{
			Label: "An answer to the spring leaflet", New: true,
			From: "Tuva Nyström <tuva@nystrom.example>", To: "support+spring@acme.test",
			subject: "Vårerbjudandet",
			text: `Hej! Gäller vårerbjudandet även reservdelar?

Tuva Nyström
`,
		},
		{
			Label: "An absence notice", New: true, auto: true,
			From: "Emil Rask <emil@rask.example>", To: "support@acme.test",
			subject: "Automatic reply: away until Monday",
			text:    "I am away until Monday and read no mail.\n",
		},
		{
			Label: "Harriet: the money is here", Thread: "refund-kettle",
			From: "Harriet Boyle <harriet.boyle@tealane.example>", To: "support@acme.test",
			text: "The money came this afternoon. Thank you, that was kind.\n\nHarriet\n",
		},
		{
			Label: "Gordon: angrier", Thread: "angry-tent-poles",
			From: "Gordon Pike <gordon@pikefamily.example>", To: "support@acme.test",
			text: "I can see that somebody reads this. Unacceptable. I want a name and a date.\n\nPike\n",
		},
		{
			Label: "Ingrid: it went out again", Thread: "long-stove-service",
			From: "Ingrid Solheim <ingrid@solheim-outdoor.example>", To: "support@acme.test",
			text: "It went out again this morning. I have put it in its box, where shall it go?\n\nIngrid\n",
		},
		{
			Label: "Bram: one more shop", Thread: "wholesale-quote",
			From: "Bram de Wit <bram@dewit-buitensport.example>", To: "sales@acme.test",
			text: "Dear Ben, it will be seven shops. Does that help with the 42 percent?\n\nBram\n",
		},
		{
			Label: "Layla: the number again", Thread: "arabic-order",
			From: "ليلى منصور <layla@mansour.example>", To: "support@acme.test",
			text: "مرحبا مرة أخرى،\n\nوجدت رسالة التأكيد. شكرا جزيلا.\n\nليلى\n",
		},
		{Label: "Thanks, that helped", text: "Thank you, that helped. You may close this.\n"},
		{Label: "Any news?", text: "Hello, may I ask whether there is any news?\n"},
		{Label: "Not solved", text: "Sorry to come back, but it is the same as before. What next?\n"},
		{Label: "Sends a picture", photo: true, text: "Here is the picture you asked for.\n"},
	}
}
