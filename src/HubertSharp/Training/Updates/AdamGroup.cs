namespace HubertSharp.Training.Updates;

/// <summary>A stretch of the flat buffers that one encoder layer (from 0), or none, owns.</summary>
internal readonly record struct AdamGroup(long Start, long Count, int? Layer);
