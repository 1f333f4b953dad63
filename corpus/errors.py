"""Every error that the product raises on purpose, in one tree.

    LmcError
    ├── OperatorError            somebody can mend it: one sentence, no traceback, its own exit code
    │   ├── SettingsError        a setting or an option is wrong                     2
    │   ├── ManifestError        the manifest, the vocabulary or a tool list         3
    │   ├── QuestionError        a row of a batch or of a question set               3
    │   ├── InstrumentError      an instrument of the scoring tools                  3
    │   ├── ResponsesError       responses that do not fit their instrument          3
    │   ├── IndexMissing         nothing has been ingested yet                       4
    │   ├── IndexDamaged         a generation does not match its meta.json           4
    │   ├── IndexMismatch        another model, dimension or format                  4
    │   ├── StaleGeneration      somebody else published in between                  5
    │   ├── LibraryLocked        another ingest is running                           5
    │   ├── ModelUnavailable     the embedding model is not there or not itself      6
    │   ├── NothingIngested      every document of an ingest failed                  7
    │   └── RecordsError         the database of what happened                       8
    │       ├── RecordsUrlWrong      its address cannot be used                      8
    │       ├── RecordsUnreachable   it does not answer, or cannot be opened         8
    │       ├── RecordsReadOnly      it may be read, not written                     8
    │       └── RecordsTooNew        a newer version of the product has written it   8
    ├── AssessmentError          a person cannot do that with an assessment: one sentence for them
    │   ├── NotYours             there is none, or it is not theirs to see: the same words for both
    │   ├── AssessmentFinished   it must be reopened first
    │   └── AssessmentRefused    anything else; its text says what to do
    └── DocumentError            one document cannot be read; the rest goes on
        ├── DocumentEncrypted
        ├── DocumentEmpty        no bytes, or nothing but white space
        ├── DocumentHasNoText    opens, but carries no text (a scan, a drawing)
        ├── DocumentDamaged
        ├── DocumentIsBomb       unpacks to far more than it should
        ├── DocumentIsNotItsName the content is not what the file's name says
        ├── DocumentUnsupported  a format that no reader knows
        └── DocumentTooSlow      a limit on time or memory was reached

Anything else is a bug and keeps its traceback.
"""

from __future__ import annotations


class LmcError(Exception):
    """The root: raised on purpose, with a sentence for a person."""


class OperatorError(LmcError):
    """Something that the person at the keyboard can mend; its text says how."""

    exit_code = 1


class SettingsError(OperatorError):
    """A setting or a command-line option is wrong."""

    exit_code = 2


class ManifestError(OperatorError):
    """A manifest, glossary, status map or tool list does not say what it should."""

    exit_code = 3


class QuestionError(OperatorError):
    """A row of a batch or of a question set cannot be understood."""

    exit_code = 3


class InstrumentError(OperatorError):
    """An instrument file does not say what it should; the text names the file and the item."""

    exit_code = 3


class ResponsesError(OperatorError):
    """Responses hold what their instrument does not ask for; the text names the field, never what it holds."""

    exit_code = 3


class IndexMissing(OperatorError):
    """No generation has been published in this data folder."""

    exit_code = 4


class IndexDamaged(OperatorError):
    """A generation's files do not match what its `meta.json` says."""

    exit_code = 4


class IndexMismatch(OperatorError):
    """A generation was built with another model, dimension or format."""

    exit_code = 4


class StaleGeneration(OperatorError):
    """Another generation was published while this one was being built."""

    exit_code = 5


class LibraryLocked(OperatorError):
    """Another process is writing to this data folder."""

    exit_code = 5


class ModelUnavailable(OperatorError):
    """The embedding model cannot be found, or its weights are not the published ones."""

    exit_code = 6


class NothingIngested(OperatorError):
    """Not one document of an ingest could be read, so nothing was published."""

    exit_code = 7


class RecordsError(OperatorError):
    """The database of what happened cannot be used; its text never holds the password."""

    exit_code = 8


class RecordsUrlWrong(RecordsError):
    """The address does not name a database that records can be kept in."""


class RecordsUnreachable(RecordsError):
    """The database does not answer, cannot be opened, or has no room left."""


class RecordsReadOnly(RecordsError):
    """The database may be read but not written."""


class RecordsTooNew(RecordsError):
    """The tables were made by a newer version of the product."""


class AssessmentError(LmcError):
    """A person asked for what cannot be done with an assessment; its text is one sentence for them."""


class NotYours(AssessmentError):
    """No such assessment, plan or practice, or it belongs to others; nothing tells which."""

    def __init__(self) -> None:
        super().__init__("There is nothing here, or it has not been shared with you. Ask the person who sent you here.")


class AssessmentFinished(AssessmentError):
    """It has been finished, and was to be changed."""

    def __init__(self) -> None:
        super().__init__("This has been finished. Open it again to change it.")


class AssessmentRefused(AssessmentError):
    """Something about it is not as it must be."""


class DocumentError(LmcError):
    """One document cannot be read; `code` is its short name in reports."""

    code = "failed"


class DocumentEncrypted(DocumentError):
    code = "encrypted"


class DocumentEmpty(DocumentError):
    code = "empty"


class DocumentHasNoText(DocumentError):
    code = "no-text"


class DocumentDamaged(DocumentError):
    code = "damaged"


class DocumentIsBomb(DocumentError):
    code = "bomb"


class DocumentIsNotItsName(DocumentError):
    code = "wrong-type"


class DocumentUnsupported(DocumentError):
    code = "unsupported"


class DocumentTooSlow(DocumentError):
    code = "limit"
