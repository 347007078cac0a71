namespace HubertSharp.Runs.PyTorch;

/// <summary>An instance to be written into a pickle: a class without arguments, and its attributes.</summary>
/// <param name="Module">Python module of the class.</param>
/// <param name="Name">Name of the class.</param>
/// <param name="Attributes">What <c>__dict__</c> becomes.</param>
public sealed record PythonObject(string Module, string Name, IReadOnlyDictionary<string, object?> Attributes);
