"""The columns of a notice's table, in both formats."""

HEADINGS = (
    "序号", "名称", "单位数", "已填报", "未填报", "预留份额（万元）", "完成额（万元）", "完成比例",
    "排名", "备注",
)  # fmt: skip
