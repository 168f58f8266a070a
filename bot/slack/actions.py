"""The names by which Slack tells us what somebody has pressed or sent."""

SHOW_PASSAGE = "footnote_show_passage"  # value ANSWER:NUMBER
SHOW_CLOSEST = "footnote_show_closest"  # value ANSWER:cINDEX, from 0
PASSAGE_PAGE = "footnote_passage_page"  # value ANSWER:NUMBER:OFFSET, or with cINDEX
VOTE = "footnote_vote"  # value ANSWER:up or ANSWER:down
MISSING = "footnote_missing"  # value ANSWER
SHARE = "footnote_share"  # value ANSWER
OPEN_WEB = "footnote_open_web"  # a link, which is told of all the same
EXAMPLE = "footnote_example"  # value: the question

QUESTION = "footnote_question"  # fields of the forms: the block and what is in it have the same name
ANSWER_WHERE = "footnote_answer_where"
DOCUMENT = "footnote_document"
REASON = "footnote_reason"

PRIVATELY = "privately"  # the two values of ANSWER_WHERE
IN_THREAD = "thread"

ANSWER_MESSAGE = "footnote_answer_message"  # callback ids of shortcuts
ASK = "footnote_ask"

ASK_VIEW = "footnote_ask_view"  # callback ids of views
REASON_VIEW = "footnote_reason_view"
PASSAGE_VIEW = "footnote_passage_view"
