"""Releases, grades and reports by nbgrader; course.py runs it with the course's own Python."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from labkit import command, places
from labkit.trouble import Trouble
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from . import hand_in, kernels, marking, sheet

STUB = 'throw new UnsupportedOperationException("not yet written");'


class Course:
    """A course in a folder, as nbgrader lays it out."""

    def __init__(self, root: Path, assignments: Path) -> None:
        self.root, self.assignments = root, assignments
        root.mkdir(parents=True, exist_ok=True)
        config = Config()
        config.CourseDirectory.root = str(root)
        config.ClearSolutions.code_stub = {"java": STUB}
        config.Autograde.autograde_preprocessors = [
            marking.Mark if step is Execute else step
            for step in Autograde.autograde_preprocessors.default_args[0]]
        self.folder = CourseDirectory(config=config)
        self.nbgrader = NbGraderAPI(coursedir=self.folder, config=config)
        self.nbgrader.log_level = "ERROR"

    def known(self) -> list[str]:
        """The names of all assignments."""
        return [path.stem for path in sorted(self.assignments.glob("[0-9]*.ipynb"))]

    def source(self, assignment: str) -> Any:
        """An assignment with its solution."""
        return nbformat.read(self.assignments / f"{assignment}.ipynb", as_version=4)

    def released(self, assignment: str) -> Path:
        """What students get."""
        return self.root / "release" / assignment / f"{assignment}.ipynb"

    def release(self, assignment: str) -> Path:
        """Makes the student's version."""
        source = self.source(assignment)
        for cell in source.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        folder = self.root / "source" / assignment
        places.write(folder / f"{assignment}.ipynb", nbformat.writes(source) + "\n")
        self.done(self.nbgrader.generate_assignment(assignment), f"The release of {assignment}")
        return self.released(assignment)

    def done(self, result: dict[str, Any], what: str) -> None:
        """Raises Trouble if nbgrader failed."""
        if not result["success"]:
            raise Trouble(f"{what} failed:\n{result.get('log', '')}{result.get('error', '')}")

    def grade(self, student: str, assignment: str, path: Path) -> None:
        """Grades one hand-in. A file that is no notebook gets no points, and the reason."""
        released = nbformat.read(self.released(assignment), as_version=4)
        try:
            notebook = hand_in.restored(hand_in.read(path), released)
        except hand_in.NotReadable as error:
            notebook = released
            notebook.metadata[marking.SPOILED] = str(error)
        folder = self.root / "submitted" / student / assignment
        shutil.rmtree(folder, ignore_errors=True)
        places.write(folder / f"{assignment}.ipynb", nbformat.writes(notebook) + "\n")
        self.done(self.nbgrader.autograde(assignment, student), f"Grading {student}")
        self.done(self.nbgrader.generate_feedback(assignment, student), f"Feedback for {student}")

    def rows(self) -> list[dict[str, Any]]:
        """One row for each task of each hand-in: points and why some are lost."""
        rows = []
        with Gradebook(self.folder.db_url) as book:
            for submission in sorted(book.db.query(SubmittedAssignment).all(),
                                     key=lambda s: (s.assignment.name, s.student.id)):
                student, assignment = submission.student.id, submission.assignment.name
                why = self.reasons(student, assignment)
                rows += [{"student": student, "assignment": assignment, "task": grade.name,
                          "points": grade.score, "of": grade.max_score,
                          "reason": why.get(grade.name, "")
                          or ("to be read by a person" if grade.needs_manual_grade else "")}
                         for notebook in submission.notebooks for grade in notebook.grades]
        return rows

    def reasons(self, student: str, assignment: str) -> dict[str, str]:
        """Why points were lost, by task."""
        path = self.root / "autograded" / student / assignment / f"{assignment}.ipynb"
        if not path.exists():
            return {}
        cells = nbformat.read(path, as_version=4).cells
        return {sheet.name(cell): cell.metadata.get("reason", "") for cell in cells
                if sheet.has(cell, "grade")}


def release(course: Course, options: argparse.Namespace) -> int:
    """Makes the students' versions."""
    for assignment in options.names or course.known():
        print(course.release(assignment), flush=True)
    return 0


def grade(course: Course, options: argparse.Namespace) -> int:
    """Grades all hand-ins of a folder; one that breaks the grading does not stop the others."""
    work = list(hand_ins(options.folder, course.known()))
    if not work:
        raise Trouble(f"There are no hand-ins in {options.folder}. Wanted: FOLDER/STUDENT/…/"
                      f"ASSIGNMENT.ipynb, with ASSIGNMENT one of {', '.join(course.known())}.")
    marking.settings.update(limit=options.limit, seed=options.seed)
    marking.kernels = lambda assignment: course.root / "kernels" / assignment
    failed = 0
    try:
        for assignment in sorted({assignment for _, assignment, _ in work}):
            prepare(course, assignment, options.protected)
        for student, assignment, path in work:
            failed += not graded(course, student, assignment, path)
    finally:
        for judge in marking.judges.values():
            judge.session.stop()
    return 1 if failed else 0


def prepare(course: Course, assignment: str, protected: bool) -> None:
    """What all hand-ins of an assignment share: its release, kernels, and a judge."""
    course.release(assignment)
    source = course.source(assignment)
    kept = source.metadata["course"]["class_path"]
    kernels.write_both(marking.kernels(assignment), kept, protected)
    marking.judge(assignment, lambda: source).prepare()


def graded(course: Course, student: str, assignment: str, path: Path) -> bool:
    """Grades a hand-in and prints its mark. False if that failed."""
    start = time.monotonic()
    try:
        course.grade(student, assignment, path)
    except Exception as error:  # whatever it is, the next hand-in has a right to be graded
        text = str(error) if isinstance(error, Trouble) else traceback.format_exc()
        print(f"course: {student}, {assignment}: NOT GRADED: {text}", file=sys.stderr, flush=True)
        return False
    with Gradebook(course.folder.db_url) as book:
        mark = book.find_submission(assignment, student)
        seconds = time.monotonic() - start
        print(f"{student}, {assignment}: {mark.score:g} of {mark.max_score:g} in {seconds:.0f} s",
              flush=True)
    return True


def hand_ins(folder: Path, known: list[str]) -> Iterator[tuple[str, str, Path]]:
    """Student, assignment and file of each hand-in: FOLDER/STUDENT/…/ASSIGNMENT.ipynb."""
    for student in sorted(path for path in folder.iterdir() if path.is_dir()):
        for assignment in known:
            found = sorted(student.rglob(f"{assignment}.ipynb"))
            found = [path for path in found if ".ipynb_checkpoints" not in path.parts]
            if found:
                yield student.name, assignment, found[-1]


def report(course: Course, options: argparse.Namespace) -> int:
    """Writes marks.csv and reasons.csv, and says where the feedback lies."""
    rows = course.rows()
    if not rows:
        raise Trouble("Nothing is graded yet: course.py grade FOLDER")
    totals: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        total = totals.setdefault((row["student"], row["assignment"]), [0, 0])
        total[0] += row["points"]
        total[1] += row["of"]
    marks = [{"student": student, "assignment": assignment, "points": points, "of": most}
             for (student, assignment), (points, most) in totals.items()]
    for name, table in (("marks.csv", marks), ("reasons.csv", rows)):
        with (course.root / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(table[0]))
            writer.writeheader()
            writer.writerows(table)
        print(course.root / name)
    print(course.root / "feedback")
    return 0


def main() -> int:
    """Does one of the three."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--assignments", type=Path, required=True)
    what = parser.add_subparsers(required=True)
    one = what.add_parser("release")
    one.add_argument("names", nargs="*")
    one.set_defaults(job=release)
    two = what.add_parser("grade")
    two.add_argument("folder", type=Path)
    two.add_argument("--limit", type=float, default=30)
    two.add_argument("--seed", type=int)
    two.add_argument("--unprotected", dest="protected", action="store_false")
    two.set_defaults(job=grade)
    what.add_parser("report").set_defaults(job=report)
    options = parser.parse_args()
    return options.job(Course(options.root, options.assignments), options)


if __name__ == "__main__":
    sys.exit(command.guarded(main))
