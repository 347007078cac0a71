namespace HubertSharp.Tests;

/// <summary>Tests that count what the whole process holds, or time it: nothing else runs beside them.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class RunsAlone;
