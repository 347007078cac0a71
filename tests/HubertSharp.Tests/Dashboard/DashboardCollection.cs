namespace HubertSharp.Tests.Dashboard;

/// <summary>One dashboard at a time: all of a process's gauges of one name end up at every Prometheus end point in it.</summary>
[CollectionDefinition("dashboard")]
public sealed class DashboardCollection;
