namespace HubertSharp.Runs.Pickle;

/// <summary>The name of a class or function; never the thing itself.</summary>
/// <param name="Module">Python module.</param>
/// <param name="Name">Name within it.</param>
public sealed record PickleGlobal(string Module, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>What a pickle wanted built by calling <paramref name="type"/>: kept as data.</summary>
/// <param name="type">The class or function that was named.</param>
/// <param name="arguments">What it would have been called with.</param>
public sealed class PickleObject(PickleGlobal type, object? arguments)
{
    private List<object?>? _items;

    public PickleGlobal Type { get; } = type;

    public object? Arguments { get; } = arguments;

    /// <summary>What the instruction BUILD would have given to <c>__setstate__</c>.</summary>
    public object? State { get; internal set; }

    /// <summary>Items appended to an object that behaves like a list.</summary>
    public IReadOnlyList<object?> Items => _items ?? [];

    /// <summary>Items set on an object that behaves like a dictionary; null when there are none.</summary>
    public PickleMap? Entries { get; private set; }

    /// <summary>The attribute of that name in the state, or null.</summary>
    public object? Attribute(string name) => (State as PickleMap)?[name];

    internal void Append(object?[] items) => (_items ??= []).AddRange(items);

    internal PickleMap EntriesToFill() => Entries ??= new();
}

/// <summary>A Python dictionary: pairs in their order, found again by string keys.</summary>
public sealed class PickleMap
{
    // made when first needed: a hostile file may ask for very many empty ones
    private List<KeyValuePair<object?, object?>>? _pairs;
    private Dictionary<string, object?>? _byName;

    public IReadOnlyList<KeyValuePair<object?, object?>> Pairs => _pairs ?? [];

    /// <summary>The value of a string key, or null.</summary>
    public object? this[string name] => _byName?.GetValueOrDefault(name);

    internal void Add(object? key, object? value)
    {
        (_pairs ??= []).Add(new(key, value));
        if (key is string name)
            (_byName ??= new(StringComparer.Ordinal))[name] = value;
    }
}
