"""Tracecat's case routes with the models and parameters of the fact sheet, and nothing behind them (README.md)."""
import datetime
import enum
import re
import uuid
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import UUID4, BaseModel, EmailStr, Field, field_validator, model_validator
from pydantic_core import to_jsonable_python


class Orjson(Response):
    media_type = "application/json"

    def render(self, content):
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)


def words(name, text):
    return enum.StrEnum(name, {word.upper(): word for word in text.split()})


Status = words("Status", "unknown new in_progress on_hold resolved closed other")
Priority = words("Priority", "unknown low medium high critical other")
Severity = words("Severity", "unknown informational low medium high critical fatal other")
TaskStatus = words("TaskStatus", "todo in_progress completed blocked")
Column = words("Column", "TEXT INTEGER NUMERIC DATE BOOLEAN TIMESTAMPTZ JSONB SELECT MULTI_SELECT")
Kind = words("Kind", "LONG_TEXT URL")


class DropdownValue(BaseModel):
    definition_id: uuid.UUID | None = None
    definition_ref: str | None = None
    option_id: uuid.UUID | None = None
    option_ref: str | None = None

    @model_validator(mode="after")
    def one_of_each(self):
        if (self.definition_id is None) == (self.definition_ref is None):
            raise ValueError("Provide exactly one of definition_id or definition_ref")
        if self.option_id is not None and self.option_ref is not None:
            raise ValueError("Provide only one of option_id or option_ref")
        return self


class CaseCreate(BaseModel):
    summary: str
    description: str
    status: Status
    priority: Priority
    severity: Severity
    fields: dict[str, Any] | None = None
    dropdown_values: list[DropdownValue] | None = None
    assignee_id: uuid.UUID | None = None
    payload: dict[str, Any] | None = None


class CaseUpdate(BaseModel):
    summary: str | None = None
    description: str | None = None
    status: Status | None = None
    priority: Priority | None = None
    severity: Severity | None = None
    fields: dict[str, Any] | None = None
    dropdown_values: list[DropdownValue] | None = None
    assignee_id: uuid.UUID | None = None
    payload: dict[str, Any] | None = None


class BatchDelete(BaseModel):
    case_ids: list[uuid.UUID] = Field(..., min_length=1, max_length=1000)


class BatchUpdate(BatchDelete):
    update: CaseUpdate


def not_blank(text):
    if text is None:
        return text
    if not text.strip():
        raise ValueError("Comment content cannot be blank")
    return text.strip()


class CommentCreate(BaseModel):
    content: str = Field(..., min_length=1, max_length=25000)
    parent_id: uuid.UUID | None = None
    check_content = field_validator("content")(not_blank)


class CommentUpdate(BaseModel):
    content: str | None = Field(default=None, min_length=1, max_length=25000)
    parent_id: uuid.UUID | None = None
    check_content = field_validator("content")(not_blank)


class TaskCreate(BaseModel):
    title: str = Field(..., min_length=1, max_length=255)
    description: str | None = Field(None, max_length=1000)
    priority: Priority = Priority.UNKNOWN
    status: TaskStatus = TaskStatus.TODO
    assignee_id: uuid.UUID | None = None
    default_trigger_values: dict[str, Any] | None = None


class TaskUpdate(BaseModel):
    title: str | None = Field(None, min_length=1, max_length=255)
    description: str | None = Field(None, max_length=1000)
    priority: Priority | None = None
    status: TaskStatus | None = None
    assignee_id: uuid.UUID | None = None
    default_trigger_values: dict[str, Any] | None = None


class TagCreate(BaseModel):
    name: str = Field(..., min_length=1, max_length=50)
    color: str | None = None


class TagUpdate(BaseModel):
    name: str | None = Field(None, min_length=1, max_length=50)
    color: str | None = None


class CaseTagCreate(BaseModel):
    tag_id: uuid.UUID | str = Field(..., min_length=1, max_length=100)


def column_name(text):
    if text is not None and not re.match(r"^[a-zA-Z_][a-zA-Z0-9_]*$", text):
        raise ValueError(
            "Column name must contain only letters, numbers, and underscores, and start with a letter or underscore")
    return text


class FieldCreate(BaseModel):
    name: str = Field(..., min_length=1, max_length=100)
    type: Column
    nullable: bool = True
    default: Any | None = None
    options: list[str] | None = None
    display_name: str | None = Field(None, min_length=1, max_length=255)
    kind: Kind | None = None
    required_on_closure: bool = False
    check_name = field_validator("name")(column_name)


class FieldUpdate(BaseModel):
    name: str | None = Field(None, min_length=1, max_length=100)
    type: Column | None = None
    nullable: bool | None = None
    default: Any | None = None
    options: list[str] | None = None
    display_name: str | None = Field(None, min_length=1, max_length=255)
    required_on_closure: bool | None = None
    check_name = field_validator("name")(column_name)


class Discover(BaseModel):
    email: EmailStr


app = FastAPI(default_response_class=Orjson, root_path="/api")
below = APIRouter(prefix="/workspaces/{workspace_id}")


@app.exception_handler(RequestValidationError)
def unprocessable(_, why):
    return Orjson(status_code=422, content={"detail": to_jsonable_python(why.errors(), fallback=str)})


Limit = Annotated[int, Query(ge=1, le=200)]
Order = Literal["created_at", "updated_at", "priority", "severity", "status", "tasks"]
Direction = Literal["asc", "desc"]
Many = Annotated[list[str] | None, Query()]
Statuses = Annotated[list[Status] | None, Query()]
Priorities = Annotated[list[Priority] | None, Query()]
Severities = Annotated[list[Severity] | None, Query()]
Time = datetime.datetime | None


@below.get("/cases")
def list_cases(limit: Limit = 20, cursor: str | None = None, reverse: bool = False, order_by: Order | None = None,
               sort: Direction | None = None, include_rows: bool = False, include_durations: bool = False,
               include_payload: bool = False, field_ids: Many = None):
    return {}


@below.get("/cases/search")
def search_cases(limit: Limit = 20, cursor: str | None = None, reverse: bool = False, search_term: str | None = None,
                 short_id: str | None = None, status: Statuses = None, priority: Priorities = None,
                 severity: Severities = None, assignee_id: Many = None, tags: Many = None, dropdown: Many = None,
                 start_time: Time = None, end_time: Time = None, updated_after: Time = None, updated_before: Time = None,
                 order_by: Order | None = None, sort: Direction | None = None, include_rows: bool = False,
                 include_durations: bool = False, include_payload: bool = False, field_ids: Many = None):
    return {}


@below.get("/cases/search/aggregate")
def aggregate(search_term: str | None = None, status: Statuses = None, priority: Priorities = None,
              severity: Severities = None, assignee_id: Many = None, tags: Many = None, dropdown: Many = None,
              start_time: Time = None, end_time: Time = None, updated_after: Time = None, updated_before: Time = None):
    return {}


@below.get("/cases/{case_id}")
def get_case(case_id: uuid.UUID, include_rows: bool = False):
    return {}


def serve(method, path, *, id_type=uuid.UUID, body=None):
    """A route with identifiers in its path and perhaps a body, which are all that is looked at."""
    names = re.findall(r"{(\w+)}", path)
    annotations = {name: id_type for name in names} | ({"params": body} if body else {})
    arguments = ", ".join(f"{name}: annotations[{name!r}]" for name in annotations)
    scope = {"annotations": annotations}
    exec(f"def handler({arguments}): return {{}}", scope)  # as many parameters as the path has
    below.add_api_route(path, scope["handler"], methods=[method])


serve("POST", "/cases/batch-update", body=BatchUpdate)
serve("POST", "/cases/batch-delete", body=BatchDelete)
serve("POST", "/cases", body=CaseCreate)
serve("PATCH", "/cases/{case_id}", body=CaseUpdate)
serve("GET", "/cases/{case_id}/comments")
serve("POST", "/cases/{case_id}/comments", body=CommentCreate)
serve("PATCH", "/cases/{case_id}/comments/{comment_id}", body=CommentUpdate)
serve("POST", "/cases/{case_id}/tasks", body=TaskCreate)
serve("PATCH", "/cases/{case_id}/tasks/{task_id}", body=TaskUpdate)
serve("GET", "/cases/{case_id}/tags", id_type=UUID4)
serve("POST", "/cases/{case_id}/tags", id_type=UUID4, body=CaseTagCreate)
serve("GET", "/cases/{case_id}/attachments/{attachment_id}")
serve("POST", "/case-tags", body=TagCreate)
serve("GET", "/case-tags/{tag_id}")
serve("PATCH", "/case-tags/{tag_id}", body=TagUpdate)
serve("POST", "/case-fields", body=FieldCreate)
serve("PATCH", "/case-fields/{field_id}", id_type=str, body=FieldUpdate)
app.include_router(below)


@app.post("/auth/login", status_code=204)
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    return None


@app.post("/auth/discover")
def discover(params: Discover):
    return {}
