package schema

// Source of the tables: developers.google.com/workspace/add-ons/reference/rpc/google.apps.card.v1 and
// google/apps/card/v1/card.proto.

const chatOnly = "is for Google Chat alone; Gmail drops the card"

// notForGmail are fields of Google's types that Gmail does not take, or that are too young to rely on.
var notForGmail = map[field]string{
	{"Action", "interaction"}:                       chatOnly,
	{"Button", "type"}:                              chatOnly,
	{"TextParagraph", "textSyntax"}:                 chatOnly,
	{"TextParagraph", "maxLines"}:                   "is a preview in Gmail",
	{"DecoratedText", "contentText"}:                chatOnly,
	{"DecoratedText", "topLabelText"}:               chatOnly,
	{"DecoratedText", "bottomLabelText"}:            chatOnly,
	{"DecoratedText", "startIconVerticalAlignment"}: chatOnly,
	{"DecoratedText", "icon"}:                       "is deprecated; use startIcon",
	{"TextInput", "placeholderText"}:                chatOnly,
	{"TextInput", "hostAppDataSource"}:              chatOnly,
	{"DateTimePicker", "hostAppDataSource"}:         chatOnly,
	{"SelectionInput", "platformDataSource"}:        "is not for Gmail",
	{"SelectionInput", "externalDataSource"}:        "is not for Gmail",
	{"SelectionInput", "dataSourceConfigs"}:         "is not for Gmail",
	{"SelectionInput", "hintText"}:                  chatOnly,
	{"Icon", "materialIcon"}:                        chatOnly,
	{"OnClick", "overflowMenu"}:                     "is a preview in Gmail",
	{"OnClick", "openDynamicLinkAction"}:            "is not supported over HTTP by Baton",
	{"Widget", "carousel"}:                          chatOnly,
	{"Widget", "chipList"}:                          "is a preview in Gmail",
	{"Widgets", "chipList"}:                         "is a preview in Gmail",
	{"Widget", "id"}:                                "is for Workspace Studio alone",
	{"Widget", "visibility"}:                        "is for Workspace Studio alone",
	{"Widget", "eventActions"}:                      "is for Workspace Studio alone",
	{"Section", "id"}:                               "is for Workspace Studio alone",
	{"Card", "expressionData"}:                      "is for Workspace Studio alone",
	{"Section", "collapseControl"}:                  "is a preview in Gmail",
	{"Divider", "actionRuleId"}:                     "is for Workspace Studio alone",
	{"Divider", "commonWidgetAction"}:               "is for Workspace Studio alone",
	{"Divider", "postEventTriggers"}:                "is for Workspace Studio alone",
}

var required = map[string][]string{
	"Card":               {"header"},
	"CardHeader":         {"title"},
	"Section":            {"widgets"},
	"CardAction":         {"actionLabel", "onClick"},
	"CardFixedFooter":    {"primaryButton"},
	"TextParagraph":      {"text"},
	"DecoratedText":      {"text"},
	"Button":             {"onClick"},
	"ButtonList":         {"buttons"},
	"Image":              {"imageUrl"},
	"TextInput":          {"name"},
	"SelectionInput":     {"name", "items"},
	"SelectionItem":      {"text", "value"},
	"SuggestionItem":     {"text"},
	"Suggestions":        {"items"},
	"SwitchControl":      {"name", "value"},
	"DateTimePicker":     {"name"},
	"Columns":            {"columnItems"},
	"Column":             {"widgets"},
	"Grid":               {"items"},
	"Action":             {"function"},
	"ActionParameter":    {"key", "value"},
	"OpenLink":           {"url"},
	"notification":       {"text"},
	"hostAppAction":      {"gmailAction"},
	"openCreatedDraft":   {"draftId"},
	"updateBody":         {"insertContents", "type"},
	"insertContent":      {"content", "contentType"},
	"updateSubject":      {"subject"},
	"recipient":          {"email"},
	"composeUI":          {"type"},
	"submitFormResponse": {"renderActions"},
	"autoComplete":       {"autoComplete"},
	"basicPrompt":        {"authorization_url", "resource"},
}

type group struct {
	fields   []string
	min, max int
}

var oneOf = map[string][]group{
	"Widget": {{[]string{"textParagraph", "decoratedText", "buttonList", "image", "divider", "textInput",
		"selectionInput", "dateTimePicker", "grid", "columns", "carousel", "chipList"}, 1, 1}},
	"Widgets": {{[]string{"textParagraph", "decoratedText", "buttonList", "image", "textInput",
		"selectionInput", "dateTimePicker", "chipList"}, 1, 1}},
	"OnClick":       {{[]string{"action", "openLink", "card", "openDynamicLinkAction", "overflowMenu"}, 1, 1}},
	"Icon":          {{[]string{"knownIcon", "iconUrl", "materialIcon"}, 1, 1}},
	"DecoratedText": {{[]string{"button", "switchControl", "endIcon"}, 0, 1}},
	"Button":        {{[]string{"text", "icon"}, 1, 2}},
	"TextInput":     {{[]string{"label", "hintText"}, 1, 2}},
	"navigation":    {{[]string{"pushCard", "updateCard", "pop", "popToRoot", "popToCard"}, 1, 1}},
	"gmailAction": {{[]string{"openCreatedDraftActionMarkup", "updateDraftActionMarkup",
		"addonComposeUiActionMarkup"}, 1, 1}},
	"authorization": {{[]string{"basic_authorization_prompt", "custom_authorization_prompt",
		"requesting_google_scopes"}, 1, 1}},
	"scopeRequest": {{[]string{"scopes", "all_scopes"}, 1, 1}},
}

// longest are the most entries a list may have.
var longest = map[field]int{
	{"Card", "sections"}:        100,
	{"Section", "widgets"}:      100,
	{"SelectionInput", "items"}: 100,
	{"Suggestions", "items"}:    100,
	{"Columns", "columnItems"}:  2,
}

// mayBeEmpty are lists that are sent even when there is nothing in them: here, no suggestion.
var mayBeEmpty = map[field]bool{{"", "items"}: true}

var alignments = []string{"START", "CENTER", "END"}

// enums holds the values that make sense to send; the UNSPECIFIED ones never do.
var enums = map[field][]string{
	{"Action", "loadIndicator"}:       {"SPINNER", "NONE"},
	{"Card", "displayStyle"}:          {"PEEK", "REPLACE"},
	{"Card", "sectionDividerStyle"}:   {"SOLID_DIVIDER", "NO_DIVIDER"},
	{"CardHeader", "imageType"}:       {"SQUARE", "CIRCLE"},
	{"Icon", "imageType"}:             {"SQUARE", "CIRCLE"},
	{"Column", "horizontalAlignment"}: alignments,
	{"Widget", "horizontalAlignment"}: alignments,
	{"Column", "horizontalSizeStyle"}: {"FILL_AVAILABLE_SPACE", "FILL_MINIMUM_SPACE"},
	{"Column", "verticalAlignment"}:   {"CENTER", "TOP", "BOTTOM"},
	{"DateTimePicker", "type"}:        {"DATE_AND_TIME", "DATE_ONLY", "TIME_ONLY"},
	{"OpenLink", "openAs"}:            {"FULL_SIZE", "OVERLAY"},
	{"OpenLink", "onClose"}:           {"NOTHING", "RELOAD"},
	{"SelectionInput", "type"}:        {"CHECK_BOX", "RADIO_BUTTON", "SWITCH", "DROPDOWN", "MULTI_SELECT"},
	{"SwitchControl", "controlType"}:  {"SWITCH", "CHECK_BOX"},
	{"TextInput", "type"}:             {"SINGLE_LINE", "MULTIPLE_LINE"},
	{"Validation", "inputType"}:       {"TEXT", "INTEGER", "FLOAT", "EMAIL"},
	{"BorderStyle", "type"}:           {"NO_BORDER", "STROKE"},
	{"GridItem", "layout"}:            {"TEXT_BELOW", "TEXT_ABOVE"},
	{"ImageCropStyle", "type"}:        {"SQUARE", "CIRCLE", "RECTANGLE_CUSTOM", "RECTANGLE_4_3"},
	{"composeUI", "type"}:             {"DISMISS"},
	{"insertContent", "contentType"}:  {"TEXT", "MUTABLE_HTML", "IMMUTABLE_HTML"},
	{"updateBody", "type"}:            {"IN_PLACE_INSERT", "INSERT_AT_START", "INSERT_AT_END", "REPLACE"},
	{"Icon", "knownIcon"}: {"AIRPLANE", "BOOKMARK", "BUS", "CAR", "CLOCK", "CONFIRMATION_NUMBER_ICON",
		"DESCRIPTION", "DOLLAR", "EMAIL", "EVENT_SEAT", "FLIGHT_ARRIVAL", "FLIGHT_DEPARTURE", "HOTEL",
		"HOTEL_ROOM_TYPE", "INVITE", "MAP_PIN", "MEMBERSHIP", "MULTIPLE_PEOPLE", "PERSON", "PHONE",
		"RESTAURANT_ICON", "SHOPPING_CART", "STAR", "STORE", "TICKET", "TRAIN", "VIDEO_CAMERA", "VIDEO_PLAY"},
}
