namespace HubertSharp.Training.Updates;

/// <summary>A stretch of the flat buffers that one group of parameters (<see cref="Tensors.ParameterInfo"/>), or none, owns.</summary>
internal readonly record struct AdamGroup(long Start, long Count, int? Group);
