// The answers and cards that Gmail's client takes from an HTTP add-on, as one table.
// Source: developers.google.com/workspace/add-ons, guides/alternate-runtimes and
// reference/rpc/google.apps.card.v1. Fields marked there as Chat only are left out on purpose.
//
// A line reads "field:Type". s string, b boolean, n number, i integer (also as text), [T] list,
// A|B one of these words, * after the type: required.

const WIDGET = `textParagraph:TextParagraph image:Image decoratedText:DecoratedText buttonList:ButtonList
  textInput:TextInput selectionInput:SelectionInput dateTimePicker:DateTimePicker`;

const SOURCE = {
  RenderActions: 'action:UIAction hostAppAction:HostAppAction',
  SubmitFormResponse: 'renderActions:RenderActions stateChanged:b',
  AutocompletionResponse: 'autoComplete:AutoComplete*',
  AutoComplete: 'items:[SuggestionItem]',
  UIAction: 'navigations:[Navigation] notification:Notification link:OpenLink',
  Navigation: 'pushCard:Card updateCard:Card pop:b popToRoot:b popToCard:s',
  Notification: 'text:s*',
  HostAppAction: 'gmailAction:GmailAction*',
  GmailAction: `openCreatedDraftActionMarkup:OpenDraft updateDraftActionMarkup:UpdateDraft
    addonComposeUiActionMarkup:ComposeUi`,
  OpenDraft: 'draftId:s* draftThreadId:s draftStorageId:s draftThreadServerPermId:s',
  UpdateDraft: `updateBody:UpdateBody updateSubject:UpdateSubject updateToRecipients:ToRecipients
    updateCcRecipients:CcRecipients updateBccRecipients:BccRecipients`,
  UpdateBody: 'insertContents:[InsertContent] type:IN_PLACE_INSERT|INSERT_AT_START|INSERT_AT_END|REPLACE',
  InsertContent: 'content:s contentType:TEXT|MUTABLE_HTML|IMMUTABLE_HTML',
  UpdateSubject: 'subject:s',
  ToRecipients: 'toRecipients:[Recipient]',
  CcRecipients: 'ccRecipients:[Recipient]',
  BccRecipients: 'bccRecipients:[Recipient]',
  Recipient: 'email:s*',
  ComposeUi: 'type:DISMISS',

  Card: `name:s header:CardHeader sections:[Section] sectionDividerStyle:SOLID_DIVIDER|NO_DIVIDER
    cardActions:[CardAction] fixedFooter:FixedFooter displayStyle:PEEK|REPLACE peekCardHeader:CardHeader`,
  CardHeader: 'title:s* subtitle:s imageType:SQUARE|CIRCLE imageUrl:s imageAltText:s',
  Section: 'header:s widgets:[Widget] collapsible:b uncollapsibleWidgetsCount:i collapseControl:CollapseControl',
  CollapseControl: 'horizontalAlignment:START|CENTER|END expandButton:Button collapseButton:Button',
  CardAction: 'actionLabel:s* onClick:OnClick*',
  FixedFooter: 'primaryButton:Button* secondaryButton:Button',
  Widget: `${WIDGET} divider:Divider grid:Grid columns:Columns`,
  ColumnWidget: WIDGET,
  Divider: '',
  TextParagraph: 'text:s maxLines:i',
  Image: 'imageUrl:s* altText:s onClick:OnClick',
  DecoratedText: `text:s* topLabel:s bottomLabel:s wrapText:b icon:Icon startIcon:Icon onClick:OnClick
    button:Button switchControl:SwitchControl endIcon:Icon`,
  SwitchControl: 'name:s* value:s selected:b onChangeAction:Action controlType:SWITCH|CHECK_BOX|CHECKBOX',
  ButtonList: 'buttons:[Button]',
  Button: `text:s icon:Icon color:Color onClick:OnClick disabled:b altText:s
    type:OUTLINED|FILLED|FILLED_TONAL|BORDERLESS`,
  Color: 'red:n green:n blue:n alpha:n',
  Icon: 'knownIcon:s iconUrl:s materialIcon:MaterialIcon altText:s imageType:SQUARE|CIRCLE',
  MaterialIcon: 'name:s* fill:b weight:i grade:i',
  TextInput: `name:s* label:s hintText:s value:s type:SINGLE_LINE|MULTIPLE_LINE onChangeAction:Action
    initialSuggestions:Suggestions autoCompleteAction:Action validation:Validation`,
  Suggestions: 'items:[SuggestionItem]',
  SuggestionItem: 'text:s*',
  Validation: 'characterLimit:i inputType:TEXT|INTEGER|FLOAT|EMAIL|EMOJI_PICKER',
  SelectionInput: `name:s* label:s type:CHECK_BOX|RADIO_BUTTON|SWITCH|DROPDOWN|MULTI_SELECT
    items:[SelectionItem] onChangeAction:Action multiSelectMaxSelectedItems:i multiSelectMinQueryLength:i`,
  SelectionItem: 'text:s* value:s selected:b startIconUri:s bottomText:s',
  DateTimePicker: `name:s* label:s type:DATE_AND_TIME|DATE_ONLY|TIME_ONLY valueMsEpoch:i timezoneOffsetDate:i
    onChangeAction:Action`,
  Grid: 'title:s items:[GridItem] columnCount:i borderStyle:BorderStyle onClick:OnClick',
  GridItem: 'id:s title:s subtitle:s image:ImageComponent layout:TEXT_BELOW|TEXT_ABOVE',
  ImageComponent: 'imageUri:s* altText:s cropStyle:CropStyle borderStyle:BorderStyle',
  CropStyle: 'type:SQUARE|CIRCLE|RECTANGLE_CUSTOM|RECTANGLE_4_3 aspectRatio:n',
  BorderStyle: 'type:NO_BORDER|STROKE strokeColor:Color cornerRadius:i',
  Columns: 'columnItems:[Column]',
  Column: `horizontalSizeStyle:FILL_AVAILABLE_SPACE|FILL_MINIMUM_SPACE horizontalAlignment:START|CENTER|END
    verticalAlignment:CENTER|TOP|BOTTOM widgets:[ColumnWidget]`,
  OnClick: 'action:Action openLink:OpenLink openDynamicLinkAction:Action card:Card overflowMenu:OverflowMenu',
  OverflowMenu: 'items:[OverflowMenuItem]',
  OverflowMenuItem: 'text:s* startIcon:Icon onClick:OnClick* disabled:b',
  OpenLink: 'url:s* openAs:FULL_SIZE|OVERLAY onClose:NOTHING|RELOAD',
  Action: `function:s* parameters:[ActionParameter] loadIndicator:SPINNER|NONE persistValues:b
    requiredWidgets:[s] allWidgetsAreRequired:b`,
  ActionParameter: 'key:s* value:s',

  AuthorizationError: `basicAuthorizationPrompt:BasicPrompt customAuthorizationPrompt:RenderActions
    requestingGoogleScopes:Scopes`,
  BasicPrompt: 'authorizationUrl:s* resource:s*',
  Scopes: 'scopes:[s] allScopes:b',
};

/** Messages by name: {field: {type, list, required}}. */
export const MESSAGES = Object.fromEntries(Object.entries(SOURCE).map(([name, text]) => [name,
  Object.fromEntries(text.split(/\s+/).filter(Boolean).map((pair) => {
    const [field, rest] = pair.split(':');
    const required = rest.endsWith('*');
    const bare = required ? rest.slice(0, -1) : rest;
    const list = bare.startsWith('[');
    return [field, { type: list ? bare.slice(1, -1) : bare, list, required }];
  }))]));

/** Messages of which exactly one field is set; Icon and Button aside, see check.js. */
export const ONE_OF = new Set(['Navigation', 'GmailAction', 'Widget', 'ColumnWidget', 'OnClick', 'AuthorizationError']);

/** Longest lists, as Google's card reference gives them. */
export const MOST = {
  'Card.sections': 100, 'Section.widgets': 100, 'SelectionInput.items': 100, 'Columns.columnItems': 2, cardWidgets: 100,
};
