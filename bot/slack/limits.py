"""How much Slack takes, in characters unless said otherwise; what goes beyond it is refused or cut off there.

Where Slack publishes no figure, this is the smallest that it has been seen to refuse, with a margin.
"""

MESSAGE_BLOCKS = 50  # the blocks at a stream's end have their own 50, besides those sent while it ran
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000  # the text without blocks; Slack cuts it there
READABLE_TEXT = 4_000  # what that text should stay within
BLOCKS_TEXT = 13_000  # all text in the blocks of one message; Slack refuses more than about 13,200
MARKDOWN_TEXT = 12_000  # one call's markdown, and all markdown blocks of a message together
STREAM_TEXT = 12_000  # all that a streamed message can take in; observed

SECTION_TEXT = 3_000
SECTION_FIELDS = 10  # fields
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10  # elements
ACTIONS_ELEMENTS = 25  # elements
CONTEXT_ACTIONS_ELEMENTS = 5  # elements
INPUT_LABEL = 2_000
TABLE_ROWS = 100  # rows
TABLE_CELLS = 20  # cells in a row
CARD_TITLE = 150
CARD_BODY = 200
CARD_ACTIONS = 3  # buttons
CAROUSEL_CARDS = 10  # cards
CONTAINER_TITLE = 150
CONTAINER_BLOCKS = 10  # blocks
ALERT_TEXT = 200
VIDEO_TITLE = 199
VIDEO_AUTHOR = 49

BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
ACCESSIBILITY_LABEL = 75
URL = 3_000
IMAGE_ALT_TEXT = 2_000
ID = 255  # action_id, block_id, callback_id
PLACEHOLDER = 150
OPTION_TEXT = 75
OPTION_VALUE = 150
SELECT_OPTIONS = 100  # options, and groups of options
FEW_OPTIONS = 10  # radio buttons and checkboxes
OVERFLOW_OPTIONS = 5  # options
INPUT_TEXT = 3_000  # what a text field takes

MODAL_TITLE = 24  # and each of its two buttons
PRIVATE_METADATA = 3_000
VIEW_BYTES = 250_000  # bytes of the whole view as JSON

PROMPTS = 4  # suggested prompts
LOADING_MESSAGES = 10  # messages
SESSION_TITLE = 200
