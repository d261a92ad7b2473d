"""A Gradio form, a table and a folded part. Usage: gradio_app.py PORT"""

import sys

import gradio

with gradio.Blocks() as app:
    gradio.Markdown("# Returns\nWhat came *back*, and `why`.")
    with gradio.Tab("Ask"):
        fields = [gradio.Textbox(label="Name"), gradio.Slider(0, 100, value=20, label="Amount"),
                  gradio.Dropdown(["Books", "Music", "Films"], label="Kind")]
        answer = gradio.Textbox(label="Answer")
        gradio.Button("Send").click(lambda *given: " ".join(map(str, given)), fields, answer)
    with gradio.Tab("Table"):
        gradio.Dataframe([["a", 1], ["b", 2]], headers=["Item", "Count"])
    with gradio.Accordion("More", open=False):
        gradio.Checkbox(label="Agree")

app.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
