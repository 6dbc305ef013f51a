"""Contains all the data models used in inputs/outputs"""

from .acknowledgement_type_0 import AcknowledgementType0
from .active_run_type_0 import ActiveRunType0
from .active_run_type_0_error_category import ActiveRunType0ErrorCategory
from .adaptive_adjustments import AdaptiveAdjustments
from .advice import Advice
from .alarm import Alarm
from .alarm_acknowledge import AlarmAcknowledge
from .alarm_page import AlarmPage
from .alert_severity import AlertSeverity
from .api_key import ApiKey
from .api_key_create import ApiKeyCreate
from .api_key_page import ApiKeyPage
from .api_key_purpose import ApiKeyPurpose
from .append_readings_unknown_fields import AppendReadingsUnknownFields
from .board_statistics import BoardStatistics
from .board_statistics_freshness import BoardStatisticsFreshness
from .board_status import BoardStatus
from .changed_type import ChangedType
from .column_type import ColumnType
from .created_api_key import CreatedApiKey
from .day_states import DayStates
from .day_states_state_minutes import DayStatesStateMinutes
from .day_statistics import DayStatistics
from .day_statistics_errors_by_category import DayStatisticsErrorsByCategory
from .day_statistics_runs import DayStatisticsRuns
from .delete_user_keys import DeleteUserKeys
from .dependency import Dependency
from .device_change import DeviceChange
from .device_create import DeviceCreate
from .device_details_type_0 import DeviceDetailsType0
from .device_drift import DeviceDrift
from .device_drift_drift import DeviceDriftDrift
from .device_file import DeviceFile
from .device_import_change import DeviceImportChange
from .device_import_error import DeviceImportError
from .device_import_report import DeviceImportReport
from .device_import_report_empty_cells import DeviceImportReportEmptyCells
from .device_import_row import DeviceImportRow
from .device_import_row_outcome import DeviceImportRowOutcome
from .device_info import DeviceInfo
from .device_info_page import DeviceInfoPage
from .device_states import DeviceStates
from .device_states_page import DeviceStatesPage
from .device_type import DeviceType
from .device_type_change import DeviceTypeChange
from .device_type_create import DeviceTypeCreate
from .device_type_fields import DeviceTypeFields
from .device_type_page import DeviceTypePage
from .dict_data import DictData
from .dict_data_change import DictDataChange
from .dict_data_create import DictDataCreate
from .dict_data_page import DictDataPage
from .dict_type import DictType
from .dict_type_change import DictTypeChange
from .dict_type_create import DictTypeCreate
from .dict_type_page import DictTypePage
from .download import Download
from .download_failure import DownloadFailure
from .download_link import DownloadLink
from .download_link_create import DownloadLinkCreate
from .download_status import DownloadStatus
from .dynamic_reading import DynamicReading
from .dynamic_real_time_page import DynamicRealTimePage
from .dynamic_real_time_reading import DynamicRealTimeReading
from .error_category import ErrorCategory
from .error_counts import ErrorCounts
from .execution_phase import ExecutionPhase
from .export_devices_format import ExportDevicesFormat
from .export_history_format import ExportHistoryFormat
from .export_history_order import ExportHistoryOrder
from .export_state_spans_format import ExportStateSpansFormat
from .export_windows_aggregates_item import ExportWindowsAggregatesItem
from .export_windows_fill import ExportWindowsFill
from .export_windows_format import ExportWindowsFormat
from .field import Field
from .field_definition import FieldDefinition
from .field_definition_create import FieldDefinitionCreate
from .field_import import FieldImport
from .field_list import FieldList
from .freshness import Freshness
from .freshness_counts import FreshnessCounts
from .get_latest_include_item import GetLatestIncludeItem
from .get_snapshot_freshness_item import GetSnapshotFreshnessItem
from .group_series import GroupSeries
from .group_windows_response import GroupWindowsResponse
from .group_windows_response_group_by import GroupWindowsResponseGroupBy
from .history_page import HistoryPage
from .history_reading import HistoryReading
from .history_reading_values import HistoryReadingValues
from .import_devices_empty_cells import ImportDevicesEmptyCells
from .input_error import InputError
from .input_error_location import InputErrorLocation
from .job import Job
from .job_alert import JobAlert
from .job_alert_acknowledge import JobAlertAcknowledge
from .job_alert_acknowledgement_type_0 import JobAlertAcknowledgementType0
from .job_alert_detail import JobAlertDetail
from .job_alert_notice import JobAlertNotice
from .job_alert_notice_kind import JobAlertNoticeKind
from .job_alert_page import JobAlertPage
from .job_change import JobChange
from .job_health import JobHealth
from .job_log import JobLog
from .job_log_error_category import JobLogErrorCategory
from .job_log_page import JobLogPage
from .job_log_tree import JobLogTree
from .job_page import JobPage
from .job_parameters import JobParameters
from .job_problem import JobProblem
from .job_run import JobRun
from .job_run_create import JobRunCreate
from .job_run_error_category import JobRunErrorCategory
from .job_run_page import JobRunPage
from .job_run_result_type_0 import JobRunResultType0
from .job_run_timeline import JobRunTimeline
from .job_run_trigger import JobRunTrigger
from .job_statistics import JobStatistics
from .labels import Labels
from .last_run_type_0 import LastRunType0
from .last_run_type_0_error_category import LastRunType0ErrorCategory
from .list_devices_sort import ListDevicesSort
from .list_group_windows_aggregates_item import ListGroupWindowsAggregatesItem
from .list_group_windows_fill import ListGroupWindowsFill
from .list_group_windows_group_by import ListGroupWindowsGroupBy
from .list_history_by_value_order import ListHistoryByValueOrder
from .list_history_order import ListHistoryOrder
from .list_job_alerts_problem import ListJobAlertsProblem
from .list_job_alerts_severity import ListJobAlertsSeverity
from .list_job_alerts_state import ListJobAlertsState
from .list_job_logs_error_category import ListJobLogsErrorCategory
from .list_job_logs_execution_phase import ListJobLogsExecutionPhase
from .list_job_logs_log_type import ListJobLogsLogType
from .list_job_logs_status import ListJobLogsStatus
from .list_latest_by_earlier_name_freshness_item import ListLatestByEarlierNameFreshnessItem
from .list_latest_by_earlier_name_include_item import ListLatestByEarlierNameIncludeItem
from .list_latest_freshness_item import ListLatestFreshnessItem
from .list_latest_include_item import ListLatestIncludeItem
from .list_runs_include_item import ListRunsIncludeItem
from .list_runs_state_item import ListRunsStateItem
from .list_windows_aggregates_item import ListWindowsAggregatesItem
from .list_windows_fill import ListWindowsFill
from .liveness import Liveness
from .liveness_status import LivenessStatus
from .log_status import LogStatus
from .log_type import LogType
from .me import Me
from .me_kind import MeKind
from .me_role import MeRole
from .misfire_policy import MisfirePolicy
from .new_adjustments_type_0 import NewAdjustmentsType0
from .notice_delivery import NoticeDelivery
from .notice_delivery_state import NoticeDeliveryState
from .overlap_policy import OverlapPolicy
from .password_change import PasswordChange
from .performance_metrics_type_0 import PerformanceMetricsType0
from .previous_adjustments_type_0 import PreviousAdjustmentsType0
from .problem import Problem
from .readiness import Readiness
from .readiness_status import ReadinessStatus
from .reading import Reading
from .reading_batch import ReadingBatch
from .reading_batch_result import ReadingBatchResult
from .reading_of_device import ReadingOfDevice
from .reading_of_device_values import ReadingOfDeviceValues
from .reading_values import ReadingValues
from .reading_window import ReadingWindow
from .reading_window_values import ReadingWindowValues
from .reading_window_values_additional_property import ReadingWindowValuesAdditionalProperty
from .real_time_snapshot import RealTimeSnapshot
from .refresh_request import RefreshRequest
from .refresh_request_grant_type import RefreshRequestGrantType
from .rejected_reading import RejectedReading
from .rejected_reading_reason import RejectedReadingReason
from .retry_context_type_0 import RetryContextType0
from .retry_policy import RetryPolicy
from .retry_policy_change import RetryPolicyChange
from .retry_statistics_type_0 import RetryStatisticsType0
from .retry_strategy import RetryStrategy
from .role import Role
from .run_state import RunState
from .scope import Scope
from .short_column import ShortColumn
from .source import Source
from .state_count import StateCount
from .state_span import StateSpan
from .state_span_kind import StateSpanKind
from .state_spans_page import StateSpansPage
from .statistic_field import StatisticField
from .statistic_values import StatisticValues
from .stored_super_table import StoredSuperTable
from .strategy_change import StrategyChange
from .strategy_change_error_category import StrategyChangeErrorCategory
from .super_table_page import SuperTablePage
from .super_table_page_product import SuperTablePageProduct
from .surplus_column import SurplusColumn
from .team_status import TeamStatus
from .timeline_segment import TimelineSegment
from .timeline_segment_error_category import TimelineSegmentErrorCategory
from .timeline_segment_kind import TimelineSegmentKind
from .token import Token
from .token_request import TokenRequest
from .token_request_grant_type import TokenRequestGrantType
from .token_token_type import TokenTokenType
from .trend_day import TrendDay
from .type_drift import TypeDrift
from .update_user_keys import UpdateUserKeys
from .user import User
from .user_change import UserChange
from .user_create import UserCreate
from .user_page import UserPage
from .value_history_page import ValueHistoryPage
from .values import Values
from .welding_reading import WeldingReading
from .welding_real_time_page import WeldingRealTimePage
from .welding_real_time_reading import WeldingRealTimeReading
from .window_series import WindowSeries
from .windows_response import WindowsResponse
from .written_device_type import WrittenDeviceType

__all__ = (
    "AcknowledgementType0",
    "ActiveRunType0",
    "ActiveRunType0ErrorCategory",
    "AdaptiveAdjustments",
    "Advice",
    "Alarm",
    "AlarmAcknowledge",
    "AlarmPage",
    "AlertSeverity",
    "ApiKey",
    "ApiKeyCreate",
    "ApiKeyPage",
    "ApiKeyPurpose",
    "AppendReadingsUnknownFields",
    "BoardStatistics",
    "BoardStatisticsFreshness",
    "BoardStatus",
    "ChangedType",
    "ColumnType",
    "CreatedApiKey",
    "DayStates",
    "DayStatesStateMinutes",
    "DayStatistics",
    "DayStatisticsErrorsByCategory",
    "DayStatisticsRuns",
    "DeleteUserKeys",
    "Dependency",
    "DeviceChange",
    "DeviceCreate",
    "DeviceDetailsType0",
    "DeviceDrift",
    "DeviceDriftDrift",
    "DeviceFile",
    "DeviceImportChange",
    "DeviceImportError",
    "DeviceImportReport",
    "DeviceImportReportEmptyCells",
    "DeviceImportRow",
    "DeviceImportRowOutcome",
    "DeviceInfo",
    "DeviceInfoPage",
    "DeviceStates",
    "DeviceStatesPage",
    "DeviceType",
    "DeviceTypeChange",
    "DeviceTypeCreate",
    "DeviceTypeFields",
    "DeviceTypePage",
    "DictData",
    "DictDataChange",
    "DictDataCreate",
    "DictDataPage",
    "DictType",
    "DictTypeChange",
    "DictTypeCreate",
    "DictTypePage",
    "Download",
    "DownloadFailure",
    "DownloadLink",
    "DownloadLinkCreate",
    "DownloadStatus",
    "DynamicReading",
    "DynamicRealTimePage",
    "DynamicRealTimeReading",
    "ErrorCategory",
    "ErrorCounts",
    "ExecutionPhase",
    "ExportDevicesFormat",
    "ExportHistoryFormat",
    "ExportHistoryOrder",
    "ExportStateSpansFormat",
    "ExportWindowsAggregatesItem",
    "ExportWindowsFill",
    "ExportWindowsFormat",
    "Field",
    "FieldDefinition",
    "FieldDefinitionCreate",
    "FieldImport",
    "FieldList",
    "Freshness",
    "FreshnessCounts",
    "GetLatestIncludeItem",
    "GetSnapshotFreshnessItem",
    "GroupSeries",
    "GroupWindowsResponse",
    "GroupWindowsResponseGroupBy",
    "HistoryPage",
    "HistoryReading",
    "HistoryReadingValues",
    "ImportDevicesEmptyCells",
    "InputError",
    "InputErrorLocation",
    "Job",
    "JobAlert",
    "JobAlertAcknowledge",
    "JobAlertAcknowledgementType0",
    "JobAlertDetail",
    "JobAlertNotice",
    "JobAlertNoticeKind",
    "JobAlertPage",
    "JobChange",
    "JobHealth",
    "JobLog",
    "JobLogErrorCategory",
    "JobLogPage",
    "JobLogTree",
    "JobPage",
    "JobParameters",
    "JobProblem",
    "JobRun",
    "JobRunCreate",
    "JobRunErrorCategory",
    "JobRunPage",
    "JobRunResultType0",
    "JobRunTimeline",
    "JobRunTrigger",
    "JobStatistics",
    "Labels",
    "LastRunType0",
    "LastRunType0ErrorCategory",
    "ListDevicesSort",
    "ListGroupWindowsAggregatesItem",
    "ListGroupWindowsFill",
    "ListGroupWindowsGroupBy",
    "ListHistoryByValueOrder",
    "ListHistoryOrder",
    "ListJobAlertsProblem",
    "ListJobAlertsSeverity",
    "ListJobAlertsState",
    "ListJobLogsErrorCategory",
    "ListJobLogsExecutionPhase",
    "ListJobLogsLogType",
    "ListJobLogsStatus",
    "ListLatestByEarlierNameFreshnessItem",
    "ListLatestByEarlierNameIncludeItem",
    "ListLatestFreshnessItem",
    "ListLatestIncludeItem",
    "ListRunsIncludeItem",
    "ListRunsStateItem",
    "ListWindowsAggregatesItem",
    "ListWindowsFill",
    "Liveness",
    "LivenessStatus",
    "LogStatus",
    "LogType",
    "Me",
    "MeKind",
    "MeRole",
    "MisfirePolicy",
    "NewAdjustmentsType0",
    "NoticeDelivery",
    "NoticeDeliveryState",
    "OverlapPolicy",
    "PasswordChange",
    "PerformanceMetricsType0",
    "PreviousAdjustmentsType0",
    "Problem",
    "Readiness",
    "ReadinessStatus",
    "Reading",
    "ReadingBatch",
    "ReadingBatchResult",
    "ReadingOfDevice",
    "ReadingOfDeviceValues",
    "ReadingValues",
    "ReadingWindow",
    "ReadingWindowValues",
    "ReadingWindowValuesAdditionalProperty",
    "RealTimeSnapshot",
    "RefreshRequest",
    "RefreshRequestGrantType",
    "RejectedReading",
    "RejectedReadingReason",
    "RetryContextType0",
    "RetryPolicy",
    "RetryPolicyChange",
    "RetryStatisticsType0",
    "RetryStrategy",
    "Role",
    "RunState",
    "Scope",
    "ShortColumn",
    "Source",
    "StateCount",
    "StateSpan",
    "StateSpanKind",
    "StateSpansPage",
    "StatisticField",
    "StatisticValues",
    "StoredSuperTable",
    "StrategyChange",
    "StrategyChangeErrorCategory",
    "SuperTablePage",
    "SuperTablePageProduct",
    "SurplusColumn",
    "TeamStatus",
    "TimelineSegment",
    "TimelineSegmentErrorCategory",
    "TimelineSegmentKind",
    "Token",
    "TokenRequest",
    "TokenRequestGrantType",
    "TokenTokenType",
    "TrendDay",
    "TypeDrift",
    "UpdateUserKeys",
    "User",
    "UserChange",
    "UserCreate",
    "UserPage",
    "ValueHistoryPage",
    "Values",
    "WeldingReading",
    "WeldingRealTimePage",
    "WeldingRealTimeReading",
    "WindowSeries",
    "WindowsResponse",
    "WrittenDeviceType",
)
